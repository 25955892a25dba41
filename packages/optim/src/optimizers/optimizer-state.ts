import { HookloopError, type ParamGroup, type StateTree } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import { isTree, settingsOf } from '../state-trees.js'
import { ParameterState, type StateNumbers } from './parameter-state.js'

/** What schedulers write; it comes back with a state. All other settings stay those of the config. */
const scheduled = new Set(['lr', 'momentum', 'betas'])

/** State by parameter name, and the settings of the groups. Tensors are references. */
export function saveOptimizerState(
  type: string,
  states: ReadonlyMap<string, ParameterState>,
  groups: readonly ParamGroup[],
): StateTree {
  return {
    type,
    state: Object.fromEntries(
      [...states].filter(([, state]) => !state.isEmpty).map(([name, state]) => [name, state.toTree()]),
    ),
    paramGroups: groups.map(settingsOf),
  }
}

/** @throws `HL_OPTIM_STATE` before anything is changed */
export function loadOptimizerState(
  type: string,
  states: Map<string, ParameterState>,
  groups: readonly ParamGroup[],
  saved: StateTree,
): void {
  const savedStates = isTree(saved.state) ? saved.state : {}
  const savedGroups = Array.isArray(saved.paramGroups) ? saved.paramGroups.filter(isTree) : []
  checkFits(type, groups, saved, savedStates, savedGroups)
  for (const state of states.values()) state.dispose()
  states.clear()
  for (const [name, tree] of Object.entries(savedStates)) {
    if (!isTree(tree)) continue
    const state = new ParameterState()
    state.load(tree)
    states.set(name, state)
  }
  shareNumbers(states.values())
  groups.forEach((group, index) => {
    loadSettings(group, savedGroups[index] ?? {})
  })
}

/** Parameters with equal numbers are updated with the same factors when they share one object. */
function shareNumbers(states: Iterable<ParameterState>): void {
  const shared = new Map<string, StateNumbers>()
  for (const state of states) {
    const text = JSON.stringify(state.numbers)
    const numbers = shared.get(text) ?? state.numbers
    shared.set(text, numbers)
    state.numbers = numbers
  }
}

/** Puts what schedulers write back into a group. */
export function loadSettings(group: ParamGroup, saved: StateTree): void {
  for (const [name, value] of Object.entries(saved)) {
    const isInitial =
      name.startsWith('initial') && isScheduled(decapitalized(name.slice('initial'.length)), saved)
    if (isInitial || isScheduled(name, saved))
      Object.assign(group, { [name]: Array.isArray(value) ? [...value] : value })
  }
}

// A scheduler leaves the value that it started from beside the value that it drives.
function isScheduled(name: string, saved: StateTree): boolean {
  return (
    name in saved &&
    (scheduled.has(name) || `initial${name.charAt(0).toUpperCase()}${name.slice(1)}` in saved)
  )
}

function decapitalized(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

function checkFits(
  type: string,
  groups: readonly ParamGroup[],
  saved: StateTree,
  savedStates: StateTree,
  savedGroups: readonly StateTree[],
): void {
  if (saved.type !== type) throw misfit(`it was saved by ${savedBy(saved)}, but this run uses ${type}`)
  if (savedGroups.length !== groups.length) {
    throw misfit(`it has ${savedGroups.length} parameter groups, but this run has ${groups.length}`)
  }
  const parameters = new Map(
    groups.flatMap(({ params }) => params).map(({ name, variable }) => [name, variable]),
  )
  for (const [name, tree] of Object.entries(savedStates)) {
    const variable = parameters.get(name)
    if (variable === undefined) throw misfit(`it knows a parameter '${name}' that this run does not have`)
    const shape = String(variable.shape)
    for (const [slot, value] of Object.entries(isTree(tree) ? tree : {})) {
      if (value instanceof Tensor && String(value.shape) !== shape) {
        throw misfit(`'${slot}' of '${name}' has shape [${value.shape}], but the parameter has [${shape}]`)
      }
    }
  }
}

function savedBy({ type, ...others }: StateTree): string {
  if (typeof type === 'string') return type
  const names = Object.keys(others)
  return names.length === 0 ? 'nobody: it is empty' : `several optimizers (${names.join(', ')})`
}

function misfit(reason: string): HookloopError {
  return new HookloopError(
    'HL_OPTIM_STATE',
    `the optimizer's state does not fit: ${reason}. Use the settings that it was saved with, or loadFrom without resume to take the weights only`,
  )
}
