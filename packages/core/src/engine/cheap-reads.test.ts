import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { readsAreCheap } from './cheap-reads.js'

describe('readsAreCheap', () => {
  afterAll(() => tf.setBackend('cpu'))

  it('is true in memory of the process and false on a device, whichever backend comes next', async () => {
    tf.registerBackend('device', () => tf.findBackendFactory('cpu')())
    const found: boolean[] = []
    for (const name of ['cpu', 'device', 'cpu']) {
      await tf.setBackend(name)
      found.push(readsAreCheap())
    }
    expect(found).toEqual([true, false, true])
  })
})
