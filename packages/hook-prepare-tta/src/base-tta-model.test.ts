import { type DataBatch, disposeTensors, type Predictions } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Pixels, Waiting } from '../test/pixels.js'
import { BaseTTAModel } from './index.js'

describe('BaseTTAModel', () => {
  /** Takes the greatest score of all views, and knows which view each came from. */
  class GreatestTTA extends BaseTTAModel {
    readonly merged: string[] = []

    override mergePredictions(predictions: readonly Predictions[], batch: DataBatch): tf.Tensor {
      this.merged.push(`${this.views.map(({ name }) => name).join(' | ')} of ${Object.keys(batch).join()}`)
      const scores = predictions.filter((one) => one instanceof tf.Tensor)
      return tf.max(tf.stack(scores), 0)
    }
  }

  class LateTTA extends BaseTTAModel {
    override get asyncSteps() {
      return true
    }

    override async mergePredictions(predictions: readonly Predictions[]): Promise<number> {
      let sum = 0
      for (const scores of predictions) if (scores instanceof tf.Tensor) sum += (await scores.data())[0] ?? 0
      return sum
    }
  }

  const augmentations = [
    'Identity',
    'HorizontalFlip',
    { type: 'Shift', x: 1 },
    (batch: DataBatch) => batch,
  ] as const

  it('leaves the merge to its subclasses, which know the views', () => {
    const module = new Pixels()
    const tta = new GreatestTTA({ module, augmentations })
    const inputs = tf.tensor4d([1, 2, 3], [1, 1, 3, 1])
    const scores = tta.testStep({ inputs })
    expect(scores instanceof tf.Tensor ? [...scores.dataSync()] : scores).toEqual([3, 2, 3])
    expect(tta.merged).toEqual(['Identity | HorizontalFlip | Shift { x: 1 } | augmentations[3] of inputs'])
    disposeTensors({ scores, inputs })
    module.dispose()
  })

  it('may merge with waiting, whatever the model does', async () => {
    const module = new Pixels()
    const tta = new LateTTA({ module, augmentations })
    const inputs = tf.tensor4d([1, 2, 3], [1, 1, 3, 1])
    const before = tf.memory().numTensors
    expect(await tta.testStep({ inputs })).toBe(1 + 3 + 0 + 1)
    expect(tf.memory().numTensors).toBe(before)
    inputs.dispose()
    module.dispose()
  })

  it('is the model itself in everything but the test', () => {
    const module = new Pixels()
    const tta = new GreatestTTA({ module, augmentations })
    const two = tf.scalar(2)
    expect(tta.parameters()).toBe(module.parameters())
    expect(tta.buffers()).toBe(module.buffers())
    expect(tta.modules()).toEqual(module.modules())
    expect(Object.keys(tta.stateDict())).toEqual(['weight'])
    expect(tta.loadStateDict({ weight: two })).toEqual({ missing: [], unexpected: [] })
    two.dispose()
    tta.setTraining(false)
    expect(module.isTraining).toBe(false)
    const inputs = tf.tensor4d([1, 2, 3], [1, 1, 3, 1])
    const scores = tta.valStep({ inputs })
    expect(scores instanceof tf.Tensor ? [...scores.dataSync()] : scores).toEqual([2, 4, 6])
    expect(tta.asyncSteps).toBe(false)
    expect(new GreatestTTA({ module: new Waiting(), augmentations }).asyncSteps).toBe(true)
  })
})
