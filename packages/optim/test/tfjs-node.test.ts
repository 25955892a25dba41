import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { OptimWrapper } from '../src/index.js'
import { LinearModel, linearBatch } from './linear-model.js'
import { defaultOptions, optimizerTypes } from './support.js'

/** Loads native TensorFlow. @returns why it cannot be used here, if so */
async function missingNative(): Promise<string | undefined> {
  try {
    await import('@tensorflow/tfjs-node')
    return (await tf.setBackend('tensorflow')) ? undefined : 'the backend tensorflow does not start'
  } catch (error) {
    return `@tensorflow/tfjs-node cannot be loaded: ${String(error).split('\n')[0]}`
  }
}

const backends = ['cpu', 'tensorflow'] as const

it('trains on native TensorFlow as on the cpu backend, with every optimizer', async (context) => {
  const reason = await missingNative()
  if (reason !== undefined) context.skip(reason)
  for (const type of optimizerTypes) {
    const ends: Record<string, number[]>[] = []
    for (const backend of backends) {
      await tf.setBackend(backend)
      const before = tf.memory().numTensors
      const model = new LinearModel()
      const config = { type, ...defaultOptions[type], lr: 0.05 }
      const options = { optimizer: config, accumulativeCounts: 2, clipGrad: { maxNorm: 1 } }
      const wrapper: OptimWrapper = Reflect.construct(OptimWrapper, [model, options])
      for (let index = 0; index < 6; index++) {
        tf.tidy(() => {
          const batch = linearBatch(index)
          wrapper.updateParams(() => model.lossOf(batch)).dispose()
        })
      }
      ends.push(model.values())
      wrapper.dispose()
      model.dispose()
      expect(tf.memory().numTensors, `tensors left by ${type} on ${backend}`).toBe(before)
    }
    const [cpu, native] = ends
    for (const name of ['weight', 'bias']) {
      native?.[name]?.forEach((value, index) => {
        expect(value, `${type}: ${name}[${index}]`).toBeCloseTo(cpu?.[name]?.[index] ?? Number.NaN, 4)
      })
    }
  }
})
