import { Hook, type LoopPosition, type Runner } from '@hookloop/core'
import type { FromWorker } from '../messages.js'
import { copyCheckpoint } from './checkpoint-copy.js'
import { curvesOf, noteValidation } from './curves.js'
import { progressAt } from './run-length.js'
import type { SampleDigits } from './samples.js'

/** Milliseconds between two reports of a training. */
const interval = 300

/** Tells the page where training stands. A hook of one's own, after all others. */
export class PageHook extends Hook {
  override readonly priority = 'LOWEST'
  /** Somebody waits for a copy of the state after the running iteration. */
  wantsCopy = false
  #last = 0
  /** Iterations whose values the page has. */
  #told = 0

  constructor(
    private readonly samples: SampleDigits,
    private readonly tell: (message: FromWorker) => void,
    private readonly onBegin: () => void,
  ) {
    super()
  }

  override async beforeTrain(runner: Runner): Promise<void> {
    this.#told = 0
    await this.#report(runner)
    this.onBegin()
  }

  override afterTrainIter(runner: Runner): void | Promise<void> {
    if (this.wantsCopy) return this.#handOver(runner)
    if (performance.now() - this.#last >= interval) return this.#report(runner)
  }

  override afterValEpoch({ messageHub, iter }: Runner): void {
    noteValidation(messageHub, iter)
  }

  override afterVal(runner: Runner): Promise<void> {
    return this.#report(runner)
  }

  async #handOver(runner: Runner): Promise<void> {
    this.wantsCopy = false
    this.tell({ type: 'file', file: await copyCheckpoint(runner) })
  }

  async #report(runner: Runner): Promise<void> {
    const { messageHub, trainLoop, model } = runner
    if (trainLoop === undefined) return
    await messageHub.settle()
    const position = trainLoop.position()
    const curves = curvesOf(messageHub, position.iter - position.batchInEpoch, this.#told)
    this.#told += curves.loss.length
    this.tell({ type: 'curves', curves })
    this.tell({ type: 'progress', progress: { ...progressOf(runner, position), ...this.#pace(runner) } })
    const predictions = await this.samples.predict(model, (look) => withAverage(runner, look))
    this.tell({ type: 'predictions', predictions })
    this.#last = performance.now()
  }

  // Times of an earlier tab say nothing about this one.
  #pace({ messageHub }: Runner): { itersPerSecond?: number; secondsLeft?: number } {
    if (this.#last === 0) return {}
    const seconds = messageHub.scalars.get('train/time')?.mean(20)
    const secondsLeft = messageHub.getInfo('eta')
    return {
      ...(seconds === undefined ? {} : { itersPerSecond: 1 / seconds }),
      ...(typeof secondsLeft === 'number' ? { secondsLeft } : {}),
    }
  }
}

function progressOf({ maxEpochs, trainDataLoader }: Runner, position: LoopPosition) {
  return progressAt(position, { maxEpochs, itersPerEpoch: trainDataLoader?.length ?? 1 })
}

/** Looks at the model that is validated, tested and saved: with EMAHook that is the average of the weights. */
function withAverage<Seen>(runner: Runner, look: () => Seen): Seen {
  const average = runner.hooks.find('EMAHook')
  average?.beforeTestEpoch?.(runner)
  try {
    return look()
  } finally {
    average?.afterTestEpoch?.(runner, {})
  }
}
