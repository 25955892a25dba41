import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { relativeError, withoutLeaks } from './gradient-case.js'
import { lossCases, lossGradient, optimizerCases, trainedWeights } from './training-cases.js'

beforeAll(async () => {
  await useWasm()
  await tf.setBackend('cpu')
})

function expectEqual(compute: (backend: string) => Float32Array[], leak = ''): void {
  const expected = compute('cpu')
  const { result: actual, left } = withoutLeaks(() => compute('wasm'))
  if (leak === '') expect(left).toBe('')
  const errors = expected.map((values, part) => relativeError(actual[part] ?? new Float32Array(), values))
  expect(Math.max(...errors), `${errors}`).toBeLessThanOrEqual(1e-5)
}

describe('losses on wasm are those of the cpu backend', () => {
  it('knows every loss of tfjs-core', () => {
    expect(Object.keys(lossCases).sort()).toEqual(Object.keys(tf.losses).sort())
  })
  for (const [name, loss] of Object.entries(lossCases))
    it(name, () => expectEqual((backend) => lossGradient(backend, loss, 1)))
})

describe('optimizers on wasm arrive at the weights of the cpu backend', () => {
  it('knows every optimizer of tfjs-core', () => {
    expect(Object.keys(optimizerCases).sort()).toEqual(Object.keys(tf.train).sort())
  })
  for (const [name, make] of Object.entries(optimizerCases))
    it(name, () => {
      // tfjs's momentum optimizer leaves a scalar behind, on every backend.
      expectEqual((backend) => trainedWeights(backend, make, 1), name === 'momentum' ? 'one scalar' : '')
    })
})
