import {
  HookloopError,
  type Model,
  type ModuleInfo,
  type NamedParameter,
  type ParamGroup,
} from '@hookloop/core'
import type { CustomKeyCfg, ParamwiseCfg } from './paramwise-cfg.js'

/** What multipliers multiply: the settings of the optimizer's config, where given. */
export interface BaseSettings {
  readonly lr?: number | undefined
  readonly weightDecay?: number | undefined
}

/** A group of one parameter with the settings that differ from the optimizer's. */
export type ParamwiseGroup = Partial<ParamGroup> & { readonly params: readonly NamedParameter[] }

type Multipliers = { lr?: number | undefined; weightDecay?: number | undefined }

/**
 * One group per trainable parameter, in the order of the model's modules.
 * @throws `HL_OPTIM_PARAMWISE` when the rules need what the model or the optimizer's config does not tell
 * @see MMEngine's DefaultOptimWrapperConstructor
 */
export function paramwiseGroups(
  model: Pick<Model, 'parameters' | 'modules'>,
  base: BaseSettings,
  cfg: ParamwiseCfg,
): ParamwiseGroup[] {
  checkBase(base, cfg)
  const modules = model.modules?.()
  if (modules === undefined) throw failure('it needs to know the layers, but the model has no modules()')
  const groups: ParamwiseGroup[] = []
  const seen = new Set<number>()
  for (const { parameter, module, own } of listParameters(model.parameters(), modules)) {
    const { name, variable } = parameter
    if (!variable.trainable || (cfg.bypassDuplicate === true && seen.has(variable.id))) continue
    seen.add(variable.id)
    const key = longestKey(`${module.path}.${own}`, cfg.customKeys)
    const custom = key === undefined ? undefined : cfg.customKeys?.[key]
    if (custom?.requiresGrad === false) variable.trainable = false
    const settings =
      custom === undefined
        ? scaled(
            ruleMultipliers(module, own, variable.rank, isInDeformable(module, modules), cfg),
            base,
            name,
          )
        : customSettings(custom, base, name)
    groups.push({ ...settings, params: [parameter] })
  }
  return groups
}

interface ListedParameter {
  readonly parameter: NamedParameter
  readonly module: ModuleInfo
  readonly own: string
}

function listParameters(
  parameters: ReturnType<Model['parameters']>,
  modules: readonly ModuleInfo[],
): ListedParameter[] {
  const left = new Set(Object.keys(parameters))
  const listed = modules.flatMap((module) =>
    module.parameters.map((own) => {
      const name = module.path === '' ? own : `${module.path}.${own}`
      const variable = parameters[name]
      if (variable === undefined) throw failure(`modules() tells of '${name}', which is not in parameters()`)
      left.delete(name)
      return { parameter: { name, variable }, module, own }
    }),
  )
  if (left.size > 0)
    throw failure(`parameters() has ${[...left].join(', ')}, which no module of modules() owns`)
  return listed
}

/** The multipliers of the rules that apply, without custom keys. */
function ruleMultipliers(
  module: ModuleInfo,
  own: string,
  rank: number,
  isInDeformableConv: boolean,
  cfg: ParamwiseCfg,
): Multipliers {
  const isNorm = module.role === 'norm'
  const isBias = own === 'bias' && !isInDeformableConv
  const isOffset = isInDeformableConv && /conv_?offset/i.test(module.path)
  const decays = [
    isNorm ? cfg.normDecayMult : undefined,
    isBias ? cfg.biasDecayMult : undefined,
    module.role === 'depthwiseConv' ? cfg.dwconvDecayMult : undefined,
    rank === 1 && !isInDeformableConv ? cfg.flatDecayMult : undefined,
  ]
  return {
    lr: isOffset ? cfg.dcnOffsetLrMult : isBias && !isNorm ? cfg.biasLrMult : undefined,
    weightDecay: decays.find((decay) => decay !== undefined),
  }
}

function scaled({ lr, weightDecay }: Multipliers, base: BaseSettings, name: string): Partial<ParamGroup> {
  return {
    ...(lr === undefined ? {} : { lr: baseLr(base, name) * lr }),
    ...(weightDecay === undefined || base.weightDecay === undefined
      ? {}
      : { weightDecay: base.weightDecay * weightDecay }),
  }
}

function customSettings(custom: CustomKeyCfg, base: BaseSettings, name: string): Partial<ParamGroup> {
  return { ...scaled({ lr: custom.lrMult, weightDecay: custom.decayMult }, base, name), ...custom }
}

function baseLr({ lr }: BaseSettings, name: string): number {
  if (lr !== undefined) return lr
  throw failure(`it multiplies the learning rate of '${name}', but optimizer.lr is not given`)
}

/** The longest key that is part of `name`; among equally long ones the first in the alphabet. */
function longestKey(name: string, customKeys: ParamwiseCfg['customKeys'] = {}): string | undefined {
  return Object.keys(customKeys)
    .filter((key) => name.includes(key))
    .sort((left, right) => right.length - left.length || (left < right ? -1 : 1))[0]
}

/** True for the layers right inside a deformable convolution. */
function isInDeformable({ path }: ModuleInfo, modules: readonly ModuleInfo[]): boolean {
  const parent = path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  return path !== '' && modules.some((module) => module.role === 'deformableConv' && module.path === parent)
}

function checkBase({ weightDecay }: BaseSettings, cfg: ParamwiseCfg): void {
  if (weightDecay !== undefined) return
  const custom = Object.entries(cfg.customKeys ?? {}).find(([, { decayMult }]) => decayMult !== undefined)
  // As in MMEngine, flatDecayMult alone may stand beside an optimizer without weight decay, where it does nothing.
  const rule = (['biasDecayMult', 'normDecayMult', 'dwconvDecayMult'] as const).find(
    (name) => cfg[name] !== undefined,
  )
  const culprit = custom === undefined ? rule : `customKeys.${custom[0]}.decayMult`
  if (culprit === undefined) return
  throw failure(`${culprit} multiplies the weight decay, but optimizer.weightDecay is not given`)
}

function failure(reason: string): HookloopError {
  return new HookloopError('HL_OPTIM_PARAMWISE', `paramwiseCfg cannot be applied: ${reason}`)
}
