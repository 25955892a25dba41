import { createHash } from 'node:crypto'
import '@tensorflow/tfjs'
import {
  type Checkpoint,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  hasCode,
  MemoryStorage,
  writeChunks,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { publishCopy } from './published-copy.js'

const meta = {
  epoch: 1,
  iter: 2,
  seed: 3,
  experimentName: '',
  time: '',
  hookloopVersion: '',
  packages: {},
  engine: '',
}

async function stored(): Promise<MemoryStorage> {
  const storage = new MemoryStorage()
  const weight = tf.tensor1d([1, 2])
  const checkpoint: Checkpoint = {
    meta,
    stateDict: { weight },
    messageHub: { a: 1 },
    emaStateDict: { weight },
  }
  await writeChunks(storage, '/run/epoch_3.safetensors', await encodeCheckpoint(checkpoint))
  weight.dispose()
  return storage
}

it('keeps the parts that are named, in a file named after its hash', async () => {
  const storage = await stored()
  const tensors = tf.memory().numTensors
  const copy = await publishCopy(storage, '/run/epoch_3.safetensors', ['meta', 'state_dict', 'optimizer'])
  expect(copy.dropped.toSorted()).toEqual(['emaStateDict', 'messageHub'])
  expect(copy.absent).toEqual(['optimizer'])
  const bytes = await storage.read(copy.path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  expect(copy.path).toBe(`/run/epoch_3-${sha256.slice(0, 8)}.safetensors`)
  const published = await decodeCheckpoint(bytes, copy.path)
  expect(Object.keys(published).toSorted()).toEqual(['meta', 'stateDict'])
  expect(published.meta).toEqual(meta)
  expect([...(published.stateDict.weight?.dataSync() ?? [])]).toEqual([1, 2])
  disposeTensors({ ...published })
  expect(tf.memory().numTensors).toBe(tensors)
})

it('gives the same name for the same content', async () => {
  const storage = await stored()
  const first = await publishCopy(storage, '/run/epoch_3.safetensors', ['stateDict'])
  const second = await publishCopy(storage, '/run/epoch_3.safetensors', ['stateDict'])
  expect(second).toEqual(first)
})

it('says when the file is not there', async () => {
  const error: unknown = await publishCopy(new MemoryStorage(), '/run/a.safetensors', ['meta']).catch(
    (thrown: unknown) => thrown,
  )
  expect(hasCode(error, 'HL_STORAGE_READ')).toBe(true)
})
