import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { AveragedWeights } from './index.js'

/** A model with one weight and one buffer. */
function tinyModel(value = 0) {
  const weight = tf.variable(tf.tensor1d([value]))
  const count = tf.variable(tf.tensor1d([0], 'int32'), false)
  return { weight, count, parameters: () => ({ weight }), buffers: () => ({ count }) }
}

function setTo(variable: tf.Variable, value: number): void {
  tf.tidy(() => variable.assign(tf.tensor1d([value], variable.dtype === 'int32' ? 'int32' : 'float32')))
}

describe('AveragedWeights', () => {
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

  it('follows again where a resumed run begins later', () => {
    const model = tinyModel(1)
    const average = new AveragedWeights(model, { momentum: 0.5 })
    average.load(average.averagedState(), 5, true)
    setTo(model.weight, 4)
    average.follow()
    setTo(model.weight, 6)
    average.update()
    expect(average.averagedState().weight?.dataSync()[0]).toBe(5)
  })
})
