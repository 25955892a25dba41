import { Hook } from '@hookloop/core'

/** Tells of each end of an epoch of training, once all other hooks have heard of it. */
export class EpochEnds extends Hook {
  override readonly priority = 'LOWEST'

  constructor(private readonly tell: () => void) {
    super()
  }

  override afterTrainEpoch(): void {
    this.tell()
  }
}
