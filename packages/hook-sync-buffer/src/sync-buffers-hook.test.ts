import type { Dist } from '@hookloop/core'
import { Line, withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { averageBuffers } from './average-buffers.js'
import './index.js'

/** Two processes, of which the other one always holds `other`. */
class TwoProcesses implements Dist {
  readonly rank = 0
  readonly worldSize = 2
  calls = 0

  constructor(private readonly other: number) {}

  async allReduceMean(tensor: tf.Tensor): Promise<tf.Tensor> {
    this.calls += 1
    return tf.tidy(() => tf.div(tf.add(tensor, this.other), 2))
  }

  async allGather<Value>(value: Value): Promise<Value[]> {
    return [value, value]
  }

  async broadcast<Value>(value: Value): Promise<Value> {
    return value
  }

  async barrier(): Promise<void> {}
}

describe('averageBuffers', () => {
  it('averages float buffers, leaves integers alone and keeps no tensor', async () => {
    const floats = tf.variable(tf.tensor1d([2, 4]), false)
    const integers = tf.variable(tf.tensor1d([7], 'int32'), false)
    const before = tf.memory().numTensors
    await averageBuffers({ buffers: () => ({ floats, integers }) }, new TwoProcesses(0))
    expect([...floats.dataSync()]).toEqual([1, 2])
    expect([...integers.dataSync()]).toEqual([7])
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('SyncBuffersHook', () => {
  it('averages once per epoch, after it', async () => {
    const model = new Line()
    const dist = new TwoProcesses(8)
    await withRunner({ model, dist, customHooks: [{ type: 'SyncBuffersHook' }] }, (runner) => runner.train())
    expect(dist.calls).toBe(2)
    expect(model.seen.dataSync()[0]).toBe(6)
  })

  it('does nothing for a process that trains alone', async () => {
    const model = new Line()
    await withRunner({ model, customHooks: [{ type: 'SyncBuffersHook' }] }, (runner) => runner.train())
    expect(model.seen.dataSync()[0]).toBe(0)
  })
})
