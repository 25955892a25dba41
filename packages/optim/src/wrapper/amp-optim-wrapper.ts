import { HookloopError } from '@hookloop/core'
import type { ModelParameters } from './build-optimizer.js'
import { OptimWrapper } from './optim-wrapper.js'

/** MMEngine's wrapper for half precision, known by name only to say why it is not here. */
export class AmpOptimWrapper extends OptimWrapper {
  /** @throws `HL_OPTIM_HALF_PRECISION` always */
  constructor(model: ModelParameters) {
    super(model, refuse())
  }
}

function refuse(): never {
  throw new HookloopError(
    'HL_OPTIM_HALF_PRECISION',
    'AmpOptimWrapper trains in half precision, which TensorFlow.js does not have. ' +
      "Use type 'OptimWrapper' and leave out lossScale and dtype; the numbers are float32 throughout",
  )
}
