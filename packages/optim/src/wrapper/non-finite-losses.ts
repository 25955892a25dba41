import { NonFiniteLossError } from '@hookloop/core'
import type { Scalar } from '@tensorflow/tfjs-core'
import type { OptimWrapperOptions } from './options.js'

/** What becomes of losses that are NaN or infinite. */
export class NonFiniteLosses {
  /** Passes that were left out so far. */
  skipped = 0

  constructor(readonly policy: NonNullable<OptimWrapperOptions['nonFiniteLoss']> = 'stop') {}

  /**
   * Whether to train on a loss; one that is passed over is counted.
   * @param facts where training stands, for the error
   * @throws `HL_LOSS_NOT_FINITE` where such a loss stops training
   */
  admit(loss: Scalar, facts: () => string): boolean {
    if (this.policy === 'ignore') return true
    const [value = Number.NaN] = loss.dataSync()
    if (Number.isFinite(value)) return true
    if (this.policy === 'stop') throw new NonFiniteLossError(value, facts())
    this.skipped += 1
    return false
  }
}
