import { Hook, type Runner } from '@hookloop/core'

/** Tells of each end of an epoch of training, once all other hooks have heard of it. */
export class EpochEnds extends Hook {
  override readonly priority = 'LOWEST'

  constructor(private readonly tell: (runner: Runner) => void) {
    super()
  }

  override afterTrainEpoch(runner: Runner): void {
    this.tell(runner)
  }
}
