import '@tensorflow/tfjs'
import {
  type Checkpoint,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  MemoryStorage,
  writeChunks,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { completeCheckpoint, partsOfValidation } from './complete-checkpoint.js'

const path = '/run/epoch_1.safetensors'
const meta = {
  epoch: 1,
  iter: 4,
  seed: 3,
  experimentName: '',
  time: 'then',
  hookloopVersion: '',
  packages: {},
  engine: '',
}
const loop = { epoch: 1, iter: 4, batchInEpoch: 0, validationDue: true }

it('brings up to date what a validation changes, and leaves weights and parts of hooks alone', async () => {
  const storage = new MemoryStorage()
  const tensors = tf.memory().numTensors
  const [averaged, live] = [tf.scalar(1), tf.scalar(2)]
  const stored: Checkpoint = {
    meta,
    stateDict: { weight: averaged },
    emaStateDict: { weight: live },
    messageHub: { scores: [1] },
    paramSchedulers: [{ best: 1 }],
    loop,
  }
  await writeChunks(storage, path, await encodeCheckpoint(stored))
  const captured: Checkpoint = {
    meta: { ...meta, time: 'now' },
    stateDict: { weight: live },
    messageHub: { scores: [1, 2] },
    optimizer: { lr: 0.5, velocity: live },
    loop: { ...loop, validationDue: false },
  }
  await completeCheckpoint(storage, path, partsOfValidation(captured))
  const { stateDict, emaStateDict, optimizer, ...rest } = await decodeCheckpoint(
    await storage.read(path),
    path,
  )
  expect(rest).toEqual({
    meta,
    messageHub: { scores: [1, 2] },
    paramSchedulers: [{ best: 1 }],
    loop: { ...loop, validationDue: false },
  })
  const values = [stateDict.weight, Object(emaStateDict).weight, optimizer?.velocity]
  expect(values.map((value) => (value instanceof tf.Tensor ? value.dataSync()[0] : undefined))).toEqual([
    1, 2, 2,
  ])
  disposeTensors([averaged, live, values])
  expect(tf.memory().numTensors).toBe(tensors)
})
