import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { largestRelativeError } from './gradient-case.js'
import { nativeCases, opCases, opsWithout } from './op-cases.js'

/** Names of all kernels that tfjs-core has gradients of. */
const differentiable = [...new Set(Object.values(tf).filter((name) => typeof name === 'string'))]
  .filter((name) => tf.getGradient(name) !== undefined)
  .sort()

beforeAll(async () => {
  await useWasm()
  await tf.setBackend('cpu')
})

describe('gradients on wasm are those of the cpu backend', () => {
  it('knows every gradient of tfjs-core', () => {
    const known = new Set([...Object.keys(opCases), ...Object.keys(nativeCases), ...Object.keys(opsWithout)])
    expect(differentiable.filter((name) => !known.has(name))).toEqual([])
  })

  differentiable.forEach((name, i) => {
    const drawCase = opCases[name]
    if (drawCase === undefined) return
    it(name, () => {
      const { error, told } = largestRelativeError(drawCase, i + 1)
      expect(error, told).toBeLessThanOrEqual(1e-5)
    })
  })
})
