import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import type { LoadReport } from '../model/model.js'
import type { StateDict } from './state-tree.js'

/**
 * Copies the values of `state` into variables of the same names.
 * @throws `HL_STATE_MISMATCH` when a shape or dtype differs, and when `strict` for any missing or unexpected name;
 * nothing is changed then
 */
export function loadStateDict(
  variables: Readonly<Record<string, Variable>>,
  state: StateDict,
  options: { strict?: boolean } = {},
): LoadReport {
  const missing = Object.keys(variables).filter((name) => !Object.hasOwn(state, name))
  const unexpected = Object.keys(state).filter((name) => !Object.hasOwn(variables, name))
  const mismatches = Object.entries(variables).flatMap(([name, variable]) =>
    mismatch(name, variable, ownValue(state, name)),
  )
  if (options.strict === true) {
    mismatches.push(...missing.map((name) => `'${name}' is missing`))
    mismatches.push(...unexpected.map((name) => `'${name}' is not in the model`))
  }
  if (mismatches.length > 0) {
    throw new HookloopError('HL_STATE_MISMATCH', `the state does not fit the model: ${mismatches.join('; ')}`)
  }
  for (const [name, variable] of Object.entries(variables)) {
    const value = ownValue(state, name)
    if (value !== undefined) variable.assign(value)
  }
  return { missing, unexpected }
}

function ownValue(state: StateDict, name: string): Tensor | undefined {
  return Object.hasOwn(state, name) ? state[name] : undefined
}

function mismatch(name: string, variable: Variable, value: Tensor | undefined): string[] {
  if (value === undefined) return []
  if (value.dtype === variable.dtype && String(value.shape) === String(variable.shape)) return []
  return [
    `'${name}' is ${value.dtype} [${value.shape.join(', ')}] in the state and ` +
      `${variable.dtype} [${variable.shape.join(', ')}] in the model`,
  ]
}
