import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { largestRelativeError } from './gradient-case.js'
import { nativeCases } from './op-cases.js'

const failure = await import('@tensorflow/tfjs-node').then(
  () => undefined,
  (error: unknown) =>
    `tfjs-node does not load: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
)

beforeAll(async () => {
  await useWasm()
  if (failure === undefined) await tf.setBackend('tensorflow')
})

describe('gradients on wasm are those of tfjs-node where the cpu backend is wrong', () => {
  Object.entries(nativeCases).forEach(([name, drawCase], i) => {
    it(name, (context) => {
      if (failure !== undefined) return context.skip(`skipped: ${failure}`)
      const { error, told } = largestRelativeError(drawCase, 500 + i, 'tensorflow')
      expect(error, told).toBeLessThanOrEqual(1e-5)
    })
  })
})
