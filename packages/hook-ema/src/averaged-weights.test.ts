import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AveragedWeights, type EMAHookOptions } from './index.js'

/** A model with one weight and one buffer. */
function tinyModel(value = 0) {
  const weight = tf.variable(tf.tensor1d([value]))
  const count = tf.variable(tf.tensor1d([0], 'int32'), false)
  return { weight, count, parameters: () => ({ weight }), buffers: () => ({ count }) }
}

function setTo(variable: tf.Variable, value: number): void {
  tf.tidy(() => variable.assign(tf.tensor1d([value], variable.dtype === 'int32' ? 'int32' : 'float32')))
}

/** The average after each of the values. */
function averagesOf(values: readonly number[], options: EMAHookOptions): number[] {
  const model = tinyModel()
  const average = new AveragedWeights(model, options)
  const averages = values.map((value) => {
    setTo(model.weight, value)
    average.update()
    return average.averagedState().weight?.dataSync()[0] ?? Number.NaN
  })
  average.dispose()
  tf.dispose([model.weight, model.count])
  return averages
}

const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 })
const options: fc.Arbitrary<EMAHookOptions> = fc.record({
  emaType: fc.constantFrom('ExponentialMovingAverage', 'MomentumAnnealingEMA', 'StochasticWeightAverage'),
  momentum: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  interval: fc.integer({ min: 1, max: 4 }),
})

describe('AveragedWeights', () => {
  it('stays inside the hull of what it averaged', () => {
    fc.assert(
      fc.property(values, options, (weights, setting) => {
        averagesOf(weights, setting).forEach((average, index) => {
          const seen = weights.slice(0, index + 1)
          expect(average).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-3)
          expect(average).toBeLessThanOrEqual(Math.max(...seen) + 1e-3)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('is the arithmetic mean for StochasticWeightAverage', () => {
    fc.assert(
      fc.property(values, (weights) => {
        const mean = weights.reduce((sum, value) => sum + value, 0) / weights.length
        expect(averagesOf(weights, { emaType: 'StochasticWeightAverage' }).at(-1)).toBeCloseTo(mean, 2)
      }),
      { numRuns: 40 },
    )
  })

  it('goes on after a reload as if nothing had happened', () => {
    fc.assert(
      fc.property(values, options, fc.nat(), (weights, setting, where) => {
        const whole = averagesOf(weights, setting)
        const stop = where % weights.length
        const model = tinyModel()
        let average = new AveragedWeights(model, setting)
        weights.forEach((value, index) => {
          setTo(model.weight, value)
          average.update()
          expect(average.averagedState().weight?.dataSync()[0]).toBe(whole[index])
          if (index !== stop) return
          const next = new AveragedWeights(model, setting)
          next.load(average.averagedState(), average.steps, true)
          average.dispose()
          average = next
        })
        average.dispose()
        tf.dispose([model.weight, model.count])
      }),
      { numRuns: 40 },
    )
  })

  it('exchanges weights and average and gives them back', () => {
    const model = tinyModel(1)
    const average = new AveragedWeights(model, { momentum: 0.5 })
    average.update()
    setTo(model.weight, 3)
    average.update()
    const numTensors = tf.memory().numTensors
    average.swap()
    expect(model.weight.dataSync()[0]).toBe(2)
    expect(average.liveState().weight?.dataSync()[0]).toBe(3)
    expect(average.averagedState().weight?.dataSync()[0]).toBe(2)
    average.swap()
    expect(model.weight.dataSync()[0]).toBe(3)
    expect(tf.memory().numTensors).toBe(numTensors)
    average.dispose()
    expect(tf.memory().numTensors).toBe(numTensors - 2)
    tf.dispose([model.weight, model.count])
  })

  it('copies buffers, or averages floats and keeps integers', () => {
    const model = tinyModel()
    const copying = new AveragedWeights(model, {})
    const averaging = new AveragedWeights(model, { updateBuffers: true })
    for (const count of [5, 6, 7]) {
      setTo(model.count, count)
      copying.update()
      averaging.update()
    }
    expect(copying.averagedState().count?.dataSync()[0]).toBe(7)
    expect(averaging.averagedState().count?.dataSync()[0]).toBe(5)
  })

  it('follows the weights before it begins', () => {
    const model = tinyModel(1)
    const average = new AveragedWeights(model, {})
    setTo(model.weight, 4)
    average.follow()
    expect(average.averagedState().weight?.dataSync()[0]).toBe(4)
    expect(average.steps).toBe(0)
  })
})
