import '@tensorflow/tfjs'
import { encodeToBytes, fromTypedArray } from '@hookloop/safetensors'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { disposeTensors } from '../engine/tensors.js'
import type { Checkpoint } from './checkpoint.js'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.js'

function sample(): Checkpoint {
  return {
    meta: {
      epoch: 1,
      iter: 2,
      seed: 3,
      experimentName: 'x',
      time: 't',
      hookloopVersion: '0',
      packages: {},
      engine: 'cpu',
    },
    stateDict: {
      'a.b': tf.tensor2d([[1, 2]]),
      flags: tf.tensor1d([1, 0], 'bool'),
      steps: tf.scalar(7, 'int32'),
    },
    emaStateDict: { steps: tf.scalar(1, 'int32') },
    messageHub: {
      history: Float64Array.of(0.1, Number.NaN, 1e300),
      odd: [Number.POSITIVE_INFINITY, -0.5, null, 'text', { $tensor: 'user', $x: 1 }],
    },
    optimizer: {
      groups: [{ lr: 0.1, moment: tf.tensor1d([3]) }],
      orders: [Int32Array.of(1), BigInt64Array.of(5n), Uint8Array.of(2)],
    },
  }
}

async function bytesOf(checkpoint: Checkpoint): Promise<Uint8Array> {
  const chunks = await encodeCheckpoint(checkpoint)
  return new Uint8Array(await new Blob(chunks.map((chunk) => new Uint8Array(chunk))).arrayBuffer())
}

/** Tensors as plain data, so that checkpoints can be compared. */
function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor)
    return { dtype: value.dtype, shape: value.shape, values: [...value.dataSync()] }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

describe('a checkpoint file', () => {
  it('gives back every kind of value, and keeps no tensor of its own', async () => {
    const checkpoint = sample()
    const before = tf.memory().numTensors
    const bytes = await bytesOf(checkpoint)
    expect(tf.memory().numTensors).toBe(before)
    const read = await decodeCheckpoint(bytes, 'file')
    expect(plain(read)).toEqual(plain(checkpoint))
    disposeTensors({ ...read })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('notices damage anywhere', async () => {
    const bytes = await bytesOf(sample())
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 97)) {
      const damaged = bytes.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      await expect(decodeCheckpoint(damaged, 'file'), `byte ${at}`).rejects.toThrow(
        /file is damaged.*HL_CHECKPOINT_DAMAGED/,
      )
    }
    await expect(decodeCheckpoint(bytes.subarray(0, bytes.length - 1), 'file')).rejects.toThrow(
      /HL_CHECKPOINT_DAMAGED/,
    )
  })

  it('reads weights of other programs', async () => {
    const bytes = encodeToBytes({
      tensors: new Map([['w', fromTypedArray(Float32Array.of(1, 2), [2])]]),
      metadata: {},
    })
    const { stateDict } = await decodeCheckpoint(bytes, 'file')
    expect(plain(stateDict)).toEqual({ w: { dtype: 'float32', shape: [2], values: [1, 2] } })
  })

  it('holds a million iterations', async () => {
    const history = Float64Array.from({ length: 1_000_000 }, (_, index) => index / 7)
    const messageHub = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((key) => [key, { values: history, counts: history }]),
    )
    const read = await decodeCheckpoint(await bytesOf({ ...sample(), messageHub }), 'file')
    const hub = read.messageHub?.c
    expect(typeof hub === 'object' && hub !== null && 'values' in hub && hub.values).toEqual(history)
  })

  it('refuses what cannot be stored', async () => {
    await expect(encodeCheckpoint({ ...sample(), extra: new Map() })).rejects.toThrow(
      /extra of the checkpoint is Map.*HL_CHECKPOINT_VALUE/,
    )
    await expect(
      encodeCheckpoint({ ...sample(), stateDict: { s: tf.tensor1d(['a'], 'string') } }),
    ).rejects.toThrow(/HL_CHECKPOINT_DTYPE/)
  })
})
