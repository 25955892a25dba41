import {
  BaseModel,
  type DataBatch,
  type ForwardMode,
  type OptimWrapper,
  type StepOutputs,
} from '@hookloop/core'
import {
  add,
  losses,
  matMul,
  mean,
  mul,
  oneHot,
  reshape,
  type Tensor,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core'
import type { FakeClock } from './fake-clock.js'
import { evenNumbers } from './tiny-numbers.js'

/** Images `[batch, 4, 4, 1]` and class numbers `[batch]`. */
export interface TinyBatch extends DataBatch {
  readonly inputs: Tensor
  readonly labels: Tensor
}

/** Options of {@link TinyModel}. */
export interface TinyModelOptions {
  /** Moved on by each step, so that training takes time. */
  readonly clock?: FakeClock | undefined
}

/** What a step takes on a fake clock, in milliseconds. */
const stepTime = { train: 1000, judge: 500 }

/**
 * One dense layer that tells images of 4 x 4 pixels apart into 3 classes, with a buffer beside it that follows the inputs. Its
 * initial weights are always the same ones. Predictions are `{ scores: [batch, 3] }`.
 */
export class TinyModel extends BaseModel<TinyBatch> {
  readonly weight = this.addParameter('dense.weight', tensor2d(evenNumbers(48), [16, 3]))
  readonly bias = this.addParameter('dense.bias', tensor1d([0, 0, 0]))
  readonly runningMean = this.addBuffer('runningMean', tensor1d([0]))
  readonly #clock: FakeClock | undefined

  constructor({ clock }: TinyModelOptions = {}) {
    super()
    this.#clock = clock
  }

  override trainStep(batch: DataBatch, optimWrapper: OptimWrapper): StepOutputs {
    this.#clock?.advance(stepTime.train)
    return super.trainStep(batch, optimWrapper)
  }

  forward({ inputs, labels }: TinyBatch, mode: ForwardMode) {
    const scores = add(matMul(reshape(inputs, [-1, 16]), this.weight), this.bias)
    if (mode === 'loss') {
      this.runningMean.assign(reshape(add(mul(this.runningMean, 0.9), mul(mean(inputs), 0.1)), [1]))
      return { loss: losses.softmaxCrossEntropy(oneHot(labels, 3), scores) }
    }
    this.#clock?.advance(stepTime.judge)
    return { scores }
  }
}
