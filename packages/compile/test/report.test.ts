import {
  BaseModel,
  type CompileReport,
  type ForwardMode,
  Hook,
  type Model,
  type Runner,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { field, type Task, type Trained, train } from './train-both-ways.js'

type Batch = { inputs: tf.Tensor2D; labels: tf.Tensor2D }

class Plane extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.tensor2d([0.1, -0.2, 0.3], [3, 1]))
  readonly bias = this.addParameter('bias', tf.zeros([1]))
  constant = tf.keep(tf.scalar(2))

  forward({ inputs, labels }: Batch, mode: ForwardMode) {
    const prediction = tf.add(tf.matMul(inputs, this.weight), this.bias)
    if (mode !== 'loss') return prediction
    return { loss: tf.mul(tf.losses.meanSquaredError(labels, prediction), this.constant) }
  }

  override dispose(): void {
    this.constant.dispose()
    super.dispose()
  }
}

/** Does something to a Plane before one iteration. */
class Intervention extends Hook {
  constructor(
    private readonly iteration: number,
    private readonly act: (model: Plane) => void,
  ) {
    super()
  }

  override beforeTrainIter({ iter, model }: Runner) {
    if (iter === this.iteration && model instanceof Plane) this.act(model)
  }
}

function trainPlane(task: Partial<Task> = {}, model: () => Model = () => new Plane()): Promise<Trained> {
  return train(
    {
      model,
      fields: { inputs: field([3], 1), labels: field([1], 2) },
      options: { optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.01 } } },
      epochs: 2,
      ...task,
    },
    true,
  )
}

/** A model of its own that does the same. */
function wrapped(model: Model): Model {
  return {
    parameters: () => model.parameters(),
    stateDict: () => model.stateDict(),
    loadStateDict: (state) => model.loadStateDict(state),
    trainStep: (batch, optimWrapper) => model.trainStep(batch, optimWrapper),
  }
}

function reasonsIn(report: CompileReport | undefined): (readonly [number, string])[] | undefined {
  return report?.recompilations.map(({ afterSteps, reason }) => [afterSteps, reason] as const)
}

const fullBatch = 'inputs: float32 [4,3], labels: float32 [4,1]'

describe('what a report tells', () => {
  it('times of recording and loading, and that one graph was enough', async () => {
    const { report, log } = await trainPlane()
    expect(report?.recompilations).toEqual([])
    const [graph, ...others] = report?.graphs ?? []
    expect(others).toEqual([])
    expect(graph).toMatchObject({ step: 'trainStep', batch: fullBatch, runs: 10 })
    expect(graph?.recordMs).toBeGreaterThan(0)
    expect(graph?.loadMs).toBeGreaterThan(0)
    expect([report?.recordMs, report?.loadMs]).toEqual([graph?.recordMs, graph?.loadMs])
    expect(log.match(/compiled: /g)).toHaveLength(1)
  })

  it('a short last batch', async () => {
    const { report, log } = await trainPlane({ examples: 18 })
    const reason = `the batch was ${fullBatch} before`
    expect(report?.recompilations).toEqual([
      { step: 'trainStep', batch: 'inputs: float32 [2,3], labels: float32 [2,1]', reason, afterSteps: 4 },
    ])
    expect(log).toContain(`; a further graph, since ${reason}`)
    expect(report?.recordMs).toBeCloseTo(
      (report?.graphs ?? []).reduce((sum, { recordMs }) => sum + recordMs, 0),
      6,
    )
  })

  it('the passes of an accumulation', async () => {
    const { report } = await trainPlane({
      options: {
        optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 }, accumulativeCounts: 3 },
      },
    })
    const reason = 'it is another pass of an accumulation of gradients'
    expect(reasonsIn(report)?.slice(0, 2)).toEqual([
      [1, reason],
      [2, reason],
    ])
  })

  it('parameters that were frozen', async () => {
    const freeze = new Intervention(3, ({ weight }) => {
      weight.trainable = false
    })
    const { report } = await trainPlane({ hooks: () => [freeze] })
    expect(reasonsIn(report)).toEqual([[3, 'weight is no longer trained']])
  })

  it('settings of the optimizer that take another way', async () => {
    class Decay extends Hook {
      override beforeTrainIter({ iter, optimWrapper }: Runner) {
        for (const group of iter === 2 ? (optimWrapper?.paramGroups ?? []) : []) group.weightDecay = 0.1
      }
    }
    const { report } = await trainPlane({ hooks: () => [new Decay()] })
    expect(reasonsIn(report)).toEqual([[2, 'settings of the optimizer let it compute something else']])
  })

  it('constants that were replaced', async () => {
    const replace = new Intervention(5, (model) => {
      model.constant.dispose()
      model.constant = tf.keep(tf.scalar(3))
    })
    const { report } = await trainPlane({ hooks: () => [replace] })
    expect(reasonsIn(report)).toEqual([[5, 'a tensor that the graph held as a constant was disposed']])
  })

  it('another model in its place', async () => {
    class Wrap extends Hook {
      override beforeTrainIter(runner: Runner) {
        if (runner.iter === 4) runner.model = wrapped(runner.model)
      }
    }
    const { report } = await trainPlane({ hooks: () => [new Wrap()] })
    expect(reasonsIn(report)).toEqual([[4, 'another model was put in the place of the one before']])
  })

  it('memory on the way, which a graph needs less of', async () => {
    class Deep extends Plane {
      override forward(batch: Batch, mode: ForwardMode) {
        const wide = (values: tf.Tensor) => tf.tile(values, [1, 100])
        let values = wide(batch.inputs)
        for (let layer = 0; layer < 20; layer++) values = tf.tanh(values)
        const result = super.forward(batch, mode)
        if (result instanceof tf.Tensor) return result
        return { loss: tf.add(result.loss, tf.mul(0, tf.mean(values))) }
      }
    }
    const { report } = await trainPlane({}, () => new Deep())
    const { eagerBytes = 0, compiledBytes = 0 } = report?.graphs[0]?.memory ?? {}
    const layer = 4 * 3 * 100 * 4
    expect(eagerBytes).toBeGreaterThan(20 * layer)
    expect(compiledBytes).toBeGreaterThan(2 * layer)
    expect(compiledBytes).toBeLessThan(6 * layer)
  })
})
