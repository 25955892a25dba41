import { Hook, type Runner } from '@hookloop/core'
import type { FromWorker } from '../messages.js'
import { curvesOf } from './curves.js'
import type { SampleDigits } from './samples.js'

/** Milliseconds between two reports of a training. */
const interval = 300

/** Tells the page where training stands. A hook of one's own, after all others. */
export class PageHook extends Hook {
  override readonly priority = 'LOWEST'
  #last = 0
  /** Iterations whose values the page has. */
  #told = 0

  constructor(
    private readonly samples: SampleDigits,
    private readonly tell: (message: FromWorker) => void,
  ) {
    super()
  }

  override async beforeTrain(runner: Runner): Promise<void> {
    this.#told = 0
    await this.#report(runner, runner.iter)
    this.tell({ type: 'phase', phase: 'training' })
  }

  override afterTrainIter(runner: Runner): void | Promise<void> {
    if (performance.now() - this.#last >= interval) return this.#report(runner, runner.iter + 1)
  }

  override afterVal(runner: Runner): Promise<void> {
    return this.#report(runner, runner.iter)
  }

  async #report(runner: Runner, iter: number): Promise<void> {
    const { messageHub, trainDataLoader, epoch, maxEpochs, maxIters, model } = runner
    await messageHub.settle()
    const curves = curvesOf(messageHub, trainDataLoader?.length ?? 1, this.#told)
    this.#told += curves.loss.length
    this.tell({ type: 'curves', curves })
    const [itersPerSecond, secondsLeft] = [this.#speed(runner), messageHub.getInfo('eta')]
    this.tell({
      type: 'progress',
      progress: {
        epoch,
        maxEpochs,
        iter,
        maxIters,
        itersPerSecond,
        secondsLeft: typeof secondsLeft === 'number' && this.#last > 0 ? secondsLeft : undefined,
      },
    })
    this.tell({ type: 'predictions', predictions: await this.samples.predict(model) })
    this.#last = performance.now()
  }

  // Times of an earlier tab say nothing about this one.
  #speed({ messageHub }: Runner): number | undefined {
    if (this.#last === 0) return undefined
    const seconds = messageHub.scalars.get('train/time')?.mean(20)
    return seconds === undefined ? undefined : 1 / seconds
  }
}
