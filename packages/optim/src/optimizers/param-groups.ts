import {
  checkOptions,
  HookloopError,
  type NamedParameter,
  type OptimizerParams,
  type ParamGroup,
} from '@hookloop/core'
import type { OptionsSchema } from './settings.js'

type Overrides = Partial<ParamGroup> & { readonly params: readonly NamedParameter[] }

/**
 * Groups with all settings: the optimizer's own, overridden by those of each group.
 * @throws `HL_OPTIM_NO_PARAMETERS`, `HL_OPTIM_DUPLICATE`, `HL_CONFIG`
 */
export function makeGroups<Settings extends { lr: number }>(
  owner: string,
  params: OptimizerParams,
  defaults: Settings,
  schema: OptionsSchema,
): (ParamGroup & Settings)[] {
  const lists = isGrouped(params) ? params : [{ params }]
  checkParameters(owner, lists)
  return lists.map(({ params, ...overrides }, index) => {
    const group = { ...ownSettings(defaults), ...ownSettings(overrides), params: [...params] }
    checkOptions(`${owner}.paramGroups[${index}]`, schema, known(group, schema))
    return group
  })
}

/** A copy of settings; schedulers write into `betas`, so that no two groups may share it. Leaves out what is undefined. */
export function ownSettings<Settings extends object>(settings: Settings): Settings {
  const copy = { ...settings }
  for (const [name, value] of Object.entries(copy)) {
    if (Array.isArray(value)) Reflect.set(copy, name, [...value])
    else if (value === undefined) Reflect.deleteProperty(copy, name)
  }
  return copy
}

function isGrouped(params: OptimizerParams): params is readonly Overrides[] {
  const [first] = params
  return first !== undefined && 'params' in first
}

// Groups may carry settings of others, such as `initialLr` or `lrMult`.
function known(group: object, schema: OptionsSchema): object {
  return Object.fromEntries(Object.entries(group).filter(([name]) => name in schema.entries))
}

function checkParameters(
  owner: string,
  lists: readonly { readonly params: readonly NamedParameter[] }[],
): void {
  const names = new Set<string>()
  const homes = new Map<number, string>()
  for (const { name, variable } of lists.flatMap(({ params }) => params)) {
    const home = homes.get(variable.id)
    if (home !== undefined || names.has(name)) throw duplicate(owner, name, home ?? name)
    homes.set(variable.id, name)
    names.add(name)
  }
  if (names.size > 0) return
  throw new HookloopError(
    'HL_OPTIM_NO_PARAMETERS',
    `${owner} was given no parameters; does model.parameters() return the trained variables?`,
  )
}

function duplicate(owner: string, name: string, home: string): HookloopError {
  const what = name === home ? `'${name}' appears twice` : `'${name}' is the same variable as '${home}'`
  return new HookloopError(
    'HL_OPTIM_DUPLICATE',
    `a parameter may be given to ${owner} once only, but ${what}; leave one out ` +
      '(paramwiseCfg.bypassDuplicate does it for parameters that layers share)',
  )
}
