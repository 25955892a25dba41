import { HookloopError, type ModelParameters } from '@hookloop/core'
import { OptimWrapper } from './optim-wrapper.js'

/** Why there is none, and what to use. */
export const halfPrecision =
  'AmpOptimWrapper trains in half precision, which TensorFlow.js does not have. ' +
  "Use type 'OptimWrapper' and leave out lossScale and dtype; the numbers are float32 throughout"

/** MMEngine's wrapper for half precision, known by name only to say why it is not here. */
export class AmpOptimWrapper extends OptimWrapper {
  /** @throws `HL_OPTIM_HALF_PRECISION` always */
  constructor(model: ModelParameters) {
    super(model, refuse())
  }
}

function refuse(): never {
  throw new HookloopError('HL_OPTIM_HALF_PRECISION', halfPrecision)
}
