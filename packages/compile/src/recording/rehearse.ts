import { disposeTensors, type MaybePromise, reasonOf } from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import { engine, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { drawnValues } from '../random/drawn-values.js'
import { heard, strayUse } from '../random/stray-numbers.js'
import type { AnyStep } from '../step/any-step.js'
import type { PlannedPass } from '../step/planned-pass.js'
import type { NativeBackend } from '../tensorflow/native-backend.js'
import type { Update } from './listening-wrapper.js'
import { ModelFields } from './model-fields.js'
import { ownBatch, separate } from './own-data.js'
import { PassRecorder } from './pass-recorder.js'
import { Recorder } from './recorder.js'
import type { Recording } from './recording.js'
import { templateOf, Unrepeatable } from './template.js'
import { VariableValues } from './variable-values.js'

/**
 * Rehearses a step: runs it operation by operation, writes down what it does, and takes back what it has changed in
 * variables. Nothing is counted.
 * @param passes the optimizers of the run, with what they are going to do
 * @param draw which random numbers the step gets
 */
export function rehearse(
  native: NativeBackend,
  passes: readonly PlannedPass[],
  step: AnyStep<unknown>,
  draw: number,
): Recording | Obstacle {
  const variables = Object.values(engine().registeredVariables)
  const lost = variables.find((variable) => !hasData(variable))
  if (lost !== undefined)
    return {
      obstacle: `the data of the variable '${lost.name}' are freed, but it is not: call its dispose()`,
    }
  let values: VariableValues | undefined
  let batch: Record<string, Tensor> = {}
  try {
    separate(native, variables)
    const remembered = new VariableValues(variables)
    values = remembered
    batch = tidy(() => ownBatch(native, step.batch))
    const fields = new ModelFields(step.model)
    const numbers: number[] = []
    const random = heard(step.random(draw), numbers)
    const recorder = new Recorder(native, Object.values(batch), variables)
    const recorded = new PassRecorder(recorder, passes)
    return recorder.record(() => {
      const update: Update = (inner, loss) => recorded.update(inner, loss)
      const outputs = remembered.whileMaking(() => synchronous(step.rehearse(update, random, batch)))
      const drawn = drawnValues(recorder.nodes, numbers)
      const recording = {
        nodes: recorder.nodes,
        variables: recorder.variables,
        captured: recorder.captured,
        written: new Map(
          remembered.written.map((variable) => [recorder.indexOf(variable), recorder.sourceOf(variable)]),
        ),
        outputs: templateOf(outputs, (tensor) => recorder.sourceOf(tensor)),
        passes: recorded.passes,
        drawn,
        leftOut: strayUse(numbers, drawn) ?? fields.change,
        peakBytes: recorder.peakBytes(remembered.written),
      }
      disposeTensors(outputs)
      return recorder.obstacle === undefined ? recording : { obstacle: recorder.obstacle }
    })
  } catch (error) {
    if (error instanceof Unrepeatable) return { obstacle: error.message }
    // Where it is the step's own, the eager step will throw it again.
    return { obstacle: `it failed while it was recorded: ${reasonOf(error)}` }
  } finally {
    values?.restore()
    disposeTensors(batch)
  }
}

/** False for a variable that is still registered though somebody has freed what it holds. */
function hasData({ dataId }: Variable): boolean {
  return engine().state.tensorInfo.has(dataId)
}

/** Models with `asyncSteps` are not rehearsed, and a promise of another is an error before it comes here. */
function synchronous<Outputs>(outputs: MaybePromise<Outputs>): Outputs {
  if (outputs instanceof Promise) throw new TypeError('the step returned a promise')
  return outputs
}
