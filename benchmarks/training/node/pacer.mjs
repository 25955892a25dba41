import { Hook } from '@hookloop/core'
import '@hookloop/scheduler'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'

/** All of them, but for checkpoints. */
export const defaultHooks = { logger: { interval: 50 }, checkpoint: null }

/** Every epoch of a Runner is a round of the benchmark. */
export class Pacer extends Hook {
  priority = 'HIGHEST'

  constructor(pace, readLoss = lossOf) {
    super()
    Object.assign(this, { pace, readLoss })
  }

  beforeTrainEpoch() {
    return this.pace.begin()
  }

  afterTrainEpoch(runner) {
    this.pace.end(() => this.readLoss(runner))
  }
}

function lossOf(runner) {
  return runner.messageHub.getScalar('train/loss').current()
}
