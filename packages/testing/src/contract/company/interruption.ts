import { Hook, type Runner } from '@hookloop/core'

/** Where the contract saves a run that ends before its time. */
export const savedPath = 'work_dirs/contract/saved.safetensors'

/** Asks the run to end after an iteration, as Ctrl-C does. */
export class InterruptAfter extends Hook {
  override readonly priority = 'LOWEST'

  /** @param iter from 0 */
  constructor(private readonly iter: number) {
    super()
  }

  override afterTrainIter(runner: Runner): void {
    if (runner.iter === this.iter) runner.interrupt('the contract')
  }
}

/** Saves a run that ends by an error or an interruption, when CheckpointHook does. */
export class SaveAtEnd extends Hook {
  override readonly priority = 'VERY_LOW'
  /** Why it could not be saved. */
  failure: unknown

  /** @param look is called before it is saved */
  constructor(private readonly look: () => void = () => undefined) {
    super()
  }

  override async onException(runner: Runner): Promise<void> {
    this.look()
    try {
      await runner.saveCheckpoint(savedPath)
    } catch (error) {
      this.failure = error
    }
  }
}
