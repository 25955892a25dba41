import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { SingleProcess } from '../distributed/single-process.js'
import { ValLosses } from './val-losses.js'

describe('ValLosses', () => {
  it('averages over batches and adds up what is called a loss', async () => {
    const losses = new ValLosses('val')
    const prediction = tf.scalar(1)
    for (const value of [1, 2]) {
      const outputs = [
        prediction,
        { loss: { loss_a: tf.tensor1d([value, value + 2]), loss_b: [value, 1], acc: 0.5 } },
      ]
      expect(await losses.take(outputs)).toEqual([prediction])
    }
    expect(await losses.metrics(new SingleProcess())).toEqual({
      loss_a: 2.5,
      loss_b: 2.5,
      acc: 0.5,
      val_loss: 5,
    })
  })

  it('weights processes by their batches', async () => {
    const losses = new ValLosses('test')
    await losses.take([{ loss: { loss: 3 } }])
    const allGather = async <Value>(own: Value): Promise<Value[]> => {
      const other = new ValLosses('test')
      for (const loss of [1, 1]) await other.take([{ loss: { loss } }])
      let gathered: Value[] = [own]
      await other.metrics({
        allGather: async (value) => {
          gathered = [own, JSON.parse(JSON.stringify(value))]
          return [value]
        },
      })
      return gathered
    }
    expect(await losses.metrics({ allGather })).toEqual({ loss: 5 / 3, test_loss: 5 / 3 })
  })

  it.each([[tf.scalar(1)], [[{ scores: 1 }]], [[]], [[{ loss: 0.5 }]]])(
    'leaves other predictions alone',
    async (outputs) => {
      const losses = new ValLosses('val')
      expect(await losses.take(outputs)).toBe(outputs)
      expect(await losses.metrics(new SingleProcess())).toEqual({})
    },
  )
})
