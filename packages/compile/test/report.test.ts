import {
  type CompileReport,
  type ForwardMode,
  Hook,
  type Model,
  type OptimWrapper,
  type Runner,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { Plane, type PlaneBatch, planeTask } from './plane.js'
import type { Task } from './task.js'
import { type Trained, train } from './train-both-ways.js'

/** Its loss is larger by a factor, which the model keeps as a tensor. */
class Scaled extends Plane {
  factor = tf.keep(tf.scalar(2))

  protected override shaped(loss: tf.Tensor) {
    return tf.mul(loss, this.factor)
  }

  override dispose(): void {
    this.factor.dispose()
    super.dispose()
  }
}

/** Does something to a model before one iteration. */
class Intervention extends Hook {
  constructor(
    private readonly iteration: number,
    private readonly act: (model: Scaled) => void,
  ) {
    super()
  }

  override beforeTrainIter({ iter, model }: Runner) {
    if (iter === this.iteration && model instanceof Scaled) this.act(model)
  }
}

function trainScaled(task: Partial<Task> = {}, made: new () => Scaled = Scaled): Promise<Trained> {
  return train(planeTask(made, { epochs: 2, ...task }), true)
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
    const { report, log } = await trainScaled()
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
    const { report, log } = await trainScaled({ examples: 18 })
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
    const { report } = await trainScaled({
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
    const { report } = await trainScaled({ hooks: () => [freeze] })
    expect(reasonsIn(report)).toEqual([[3, 'weight is no longer trained']])
  })

  it('settings of the optimizer that take another way', async () => {
    class Decay extends Hook {
      override beforeTrainIter({ iter, optimWrapper }: Runner) {
        for (const group of iter === 2 ? (optimWrapper?.paramGroups ?? []) : []) group.weightDecay = 0.1
      }
    }
    const { report } = await trainScaled({ hooks: () => [new Decay()] })
    expect(reasonsIn(report)).toEqual([[2, expect.stringContaining('a setting of it changed')]])
  })

  it('constants that were replaced', async () => {
    const replace = new Intervention(5, (model) => {
      model.factor.dispose()
      model.factor = tf.keep(tf.scalar(3))
    })
    const { report } = await trainScaled({ hooks: () => [replace] })
    expect(reasonsIn(report)).toEqual([[5, 'a tensor that the graph held as a constant was disposed']])
  })

  it('another model in its place', async () => {
    class Wrap extends Hook {
      override beforeTrainIter(runner: Runner) {
        if (runner.iter === 4) runner.model = wrapped(runner.model)
      }
    }
    const { report } = await trainScaled({ hooks: () => [new Wrap()] })
    expect(reasonsIn(report)).toEqual([[4, 'another model was put in the place of the one before']])
  })

  it('no graph of a step without operations, until it has some', async () => {
    class Late extends Scaled {
      isAwake = false
      override trainStep(batch: PlaneBatch, optimWrapper: OptimWrapper) {
        return this.isAwake ? super.trainStep(batch, optimWrapper) : { loss: this.factor.clone() }
      }
    }
    class Wake extends Hook {
      override beforeTrainIter({ iter, model }: Runner) {
        if (iter === 3 && model instanceof Late) model.isAwake = true
      }
    }
    const asleep = await trainScaled({}, Late)
    expect(asleep.report).toMatchObject({ compiledSteps: 0, eagerSteps: 10, graphs: [], obstacles: [] })
    expect(asleep.losses).toEqual(Array.from({ length: 10 }, () => 2))
    const awake = await trainScaled({ hooks: () => [new Wake()], epochs: 4 }, Late)
    expect(awake.report).toMatchObject({ compiledSteps: 17, eagerSteps: 3, obstacles: [] })
    expect(awake.losses[3]).not.toBe(2)
  })

  it('memory on the way, which a graph needs less of', async () => {
    class Deep extends Scaled {
      override forward(batch: PlaneBatch, mode: ForwardMode) {
        const wide = (values: tf.Tensor) => tf.tile(values, [1, 100])
        let values = wide(batch.inputs)
        for (let layer = 0; layer < 20; layer++) values = tf.tanh(values)
        const result = super.forward(batch, mode)
        if (result instanceof tf.Tensor) return result
        return { loss: tf.add(result.loss, tf.mul(0, tf.mean(values))) }
      }
    }
    const { report } = await trainScaled({}, Deep)
    const { eagerBytes = 0, compiledBytes = 0 } = report?.graphs[0]?.memory ?? {}
    const layer = 4 * 3 * 100 * 4
    expect(eagerBytes).toBeGreaterThan(20 * layer)
    expect(compiledBytes).toBeGreaterThan(2 * layer)
    expect(compiledBytes).toBeLessThan(6 * layer)
  })
})
