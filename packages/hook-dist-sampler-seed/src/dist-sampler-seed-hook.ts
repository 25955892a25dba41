import { Hook, type Runner } from '@hookloop/core'

/** Tells the sampler of the training data which epoch begins, so that every epoch has an order of its own. */
export class DistSamplerSeedHook extends Hook {
  override beforeTrainEpoch(runner: Runner): void {
    runner.trainDataLoader?.sampler.setEpoch?.(runner.epoch)
  }
}
