import type { DataBatch } from '../data/dataset.js'
import { describeTensors } from '../engine/tensors.js'
import { reasonOf } from '../errors/hook-error.js'
import { Hook } from '../hook/hook.js'
import type { Runner } from '../runner/runner.js'
import { StepTimes } from './step-times.js'
import { trainingSignature } from './training-signature.js'
import type { TrialMessage } from './trial-messages.js'

/** Tells what is trained, then how long its steps take; after that nobody needs the process any longer. */
export class TrialHook extends Hook {
  readonly #times = new StepTimes()
  #isBegun = false

  /** @param tell ends the process after the last message, so that it returns only after the first */
  constructor(private readonly tell: (message: TrialMessage) => Promise<void>) {
    super()
  }

  override beforeTrainIter(runner: Runner, _batchIdx: number, dataBatch: DataBatch) {
    if (this.#isBegun) return
    this.#isBegun = true
    const { name } = runner.engine
    if (name !== 'tfjs-node') return this.#fail(`the program trains on ${name}`)
    return this.tell({
      hookloopTrial: 'training',
      signature: trainingSignature(runner),
      batch: describeTensors(dataBatch),
    })
  }

  /** Several steps may run as one call, as they do without it. */
  override nextNeed() {
    return Number.POSITIVE_INFINITY
  }

  override afterTrainIter() {
    this.#times.endStep(performance.now())
    if (this.#times.areEnough) return this.#report()
  }

  override afterTrain() {
    if (this.#times.msPerStep !== undefined) return this.#report()
    return this.#fail('training ended after too few steps to measure')
  }

  override onException(_runner: Runner, error: unknown) {
    return this.#times.msPerStep === undefined ? this.#fail(reasonOf(error)) : this.#report()
  }

  #report(): Promise<void> {
    return this.tell({ hookloopTrial: 'measured', msPerStep: this.#times.msPerStep ?? Number.NaN })
  }

  #fail(reason: string): Promise<void> {
    return this.tell({ hookloopTrial: 'failed', reason })
  }
}
