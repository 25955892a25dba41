import type { OptimWrapper } from '@hookloop/core'
import { type Scalar, tidy } from '@tensorflow/tfjs-core'
import type { PlannedPass } from '../step/planned-pass.js'
import type { Recorder } from './recorder.js'
import type { RecordedPass, Source } from './recording.js'

/** Computes what `updateParams` would, and tells the numbers that a pass takes from what is computed of them. */
export class PassRecorder {
  readonly passes: RecordedPass[] = []

  constructor(
    private readonly recorder: Recorder,
    private readonly planned: readonly PlannedPass[],
  ) {}

  update(optimWrapper: OptimWrapper, loss: () => Scalar): Scalar {
    const index = this.planned.findIndex((pass) => pass.optimWrapper === optimWrapper)
    const pass = this.planned[index]
    if (pass === undefined || this.passes.some(({ optimizer }) => optimizer === index))
      throw new Error('one optimizer makes several updates in a step')
    return tidy(() => this.#compute(index, pass, loss))
  }

  #compute(optimizer: number, { optimWrapper, plan, offset }: PlannedPass, loss: () => Scalar): Scalar {
    const { recorder } = this
    const factor = (index: number) => recorder.factor(offset + index, plan.factors[index] ?? Number.NaN)
    const computed = optimWrapper.computePass(plan, loss, cached(factor))
    const logValues: Record<string, Source> = {}
    for (const [name, value] of Object.entries(computed.logValues)) logValues[name] = recorder.sourceOf(value)
    this.passes.push({ optimizer, names: computed.names, loss: recorder.sourceOf(computed.loss), logValues })
    return computed.loss
  }
}

function cached(make: (index: number) => Scalar): (index: number) => Scalar {
  const made = new Map<number, Scalar>()
  return (index) => {
    const value = made.get(index) ?? make(index)
    made.set(index, value)
    return value
  }
}
