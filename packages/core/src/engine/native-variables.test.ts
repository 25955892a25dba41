import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { nativeVariables, ofFloats } from './native-variables.js'
import { useEngine } from './use-engine.js'

const descent = [ofFloats, { name: 'use_locking', type: 3, value: false }]

it('changes variables in place, and nothing that others hold', async (context) => {
  const reason = await useEngine('tfjs-node').then(() => undefined, String)
  if (reason !== undefined) context.skip(reason)
  const before = tf.memory().numTensors
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
  const other = tf.tidy(() => tf.variable(tf.tensor1d([0, 0, 0])))
  const native = nativeVariables()
  if (native === undefined) throw new Error('tfjs-node is in use, but its variables are not known')
  /** Subtracts 1. */
  const change = () => {
    const [one, all] = [native.scalar(1), tf.ones([3])]
    const inputs = [native.handleOf(variable), one, native.idOf(all)]
    native.change('ResourceApplyGradientDescent', descent, inputs)
    native.free(one)
    all.dispose()
  }
  const read = (tensor: tf.Tensor) => [...tensor.dataSync()]
  const clones = [1, 2, 3].map(() => {
    const clone = variable.clone()
    change()
    change()
    return clone
  })
  expect(read(variable)).toEqual([-5, -4, -3])
  expect(clones.map(read)).toEqual([
    [1, 2, 3],
    [-1, 0, 1],
    [-3, -2, -1],
  ])
  other.assign(variable)
  change()
  expect([read(other), read(variable)]).toEqual([
    [-5, -4, -3],
    [-6, -5, -4],
  ])
  native.assign(variable, native.compute('Square', [native.idOf(variable)]))
  expect(read(variable)).toEqual([36, 25, 16])
  // A value from outside takes its place, and an operation after that goes on from it.
  tf.tidy(() => variable.assign(tf.tensor1d([7, 8, 9])))
  change()
  expect(tf.tidy(() => read(tf.add(variable, 0)))).toEqual([6, 7, 8])
  tf.dispose([variable, other])
  tf.dispose(clones)
  expect(tf.memory().numTensors).toBe(before)
})
