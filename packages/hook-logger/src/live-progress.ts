import { formatDuration, type Runner } from '@hookloop/core'
import type { Terminal } from './terminal.js'

/** Shortest time between two looks at the clock's result, in seconds; nobody reads faster. */
const refresh = 0.1

/** Tells a terminal where training is. Costs a look at the clock per iteration. */
export class LiveProgress {
  #begin = performance.now() / 1000
  #iterations = 0
  #shown = 0
  #loss = ''

  constructor(
    private readonly runner: Runner,
    private readonly terminal: Terminal,
  ) {}

  /** The newest loss that a log line has shown: reading a fresher one would wait for the device. */
  noteLoss(loss: unknown): void {
    if (typeof loss === 'number') this.#loss = `loss ${loss.toPrecision(4)}`
  }

  afterIteration(batchIdx: number): void {
    this.#iterations += 1
    const now = performance.now() / 1000
    if (now - this.#shown < refresh) return
    this.#shown = now
    const { runner } = this
    const rate = this.#iterations / (now - this.#begin)
    const left = (runner.maxIters - runner.iter - 1) / rate
    const byEpoch = runner.logProcessor.options.byEpoch !== false
    this.terminal.show({
      title: byEpoch ? `Epoch ${runner.epoch + 1}/${runner.maxEpochs}` : 'Training',
      done: byEpoch ? batchIdx + 1 : runner.iter + 1,
      total: byEpoch ? (runner.trainDataLoader?.length ?? 0) : runner.maxIters,
      facts: `${rate.toFixed(1)} it/s  left ${formatDuration(left)}  ${this.#loss}`,
    })
  }
}
