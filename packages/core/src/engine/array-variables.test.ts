import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { arrayVariables } from './array-variables.js'

describe('arrayVariables on the cpu backend', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('leaves clones and arrays that somebody has read as they were', () => {
    const before = tf.memory().numTensors
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
    const [clone, read] = [variable.clone(), variable.dataSync()]
    arrayVariables()?.update([variable], ([values]) => {
      values?.before.forEach((value, index) => {
        values.after[index] = 10 * value
      })
    })
    expect([...variable.dataSync()]).toEqual([10, 20, 30])
    expect([...clone.dataSync()]).toEqual([1, 2, 3])
    expect([...read]).toEqual([1, 2, 3])
    tf.dispose([variable, clone])
    expect(tf.memory().numTensors).toBe(before)
  })
})
