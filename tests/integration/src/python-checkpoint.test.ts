import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPythonEnvironment, type PythonEnvironment } from '@hookloop-tests/python-environment'
import { withRunner } from '@hookloop-tests/support'
import '@hookloop/hook-ema'
import '@hookloop/hook-runtime-info'
import { beforeAll, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../fixtures/read-checkpoint.py', import.meta.url))
const million = 1_000_000
const keys = ['a', 'b', 'c', 'd', 'e']

/** What `read-checkpoint.py` tells of a file. */
interface PythonReading {
  readonly tensors: Record<string, { dtype: string; shape: number[]; sum: number }>
  readonly metadata: Record<string, unknown>
  readonly headerBytes: number
}

let environment: PythonEnvironment = { reason: 'not looked for' }
beforeAll(async () => {
  environment = await findPythonEnvironment()
}, 300_000)

async function readWithPython(python: string, path: string): Promise<PythonReading> {
  const { stdout } = await promisify(execFile)(python, [script, path])
  return JSON.parse(stdout)
}

describe('a checkpoint in Python', () => {
  it('has its weights by name, and a small header after a million iterations', async ({ skip }) => {
    if ('reason' in environment) return skip(environment.reason)
    const { python } = environment
    await withRunner({ customHooks: [{ type: 'EMAHook', momentum: 0.1 }] }, async (runner) => {
      await runner.train()
      for (const key of keys)
        for (let iter = 0; iter < million; iter++) runner.messageHub.updateScalar(`train/${key}`, iter / 8)
      const path = join(runner.workDir, 'long.safetensors')
      await runner.saveCheckpoint(path)
      const { tensors, metadata, headerBytes } = await readWithPython(python, path)
      const { weight } = runner.model.parameters()
      expect(tensors['ema_state_dict.module.weight']).toEqual({
        dtype: 'float32',
        shape: [1, 1],
        sum: weight?.dataSync()[0],
      })
      expect(tensors['state_dict.weight']?.shape).toEqual([1, 1])
      for (const key of keys) {
        expect(tensors[`message_hub.logScalars.train/${key}.values`]).toEqual({
          dtype: 'float64',
          shape: [million],
          sum: (million * (million - 1)) / 16,
        })
      }
      expect(metadata.meta).toMatchObject({ epoch: 2, iter: 8, seed: 1 })
      expect(metadata.loop).toEqual({ epoch: 2, iter: 8, batchInEpoch: 0, validationDue: false })
      expect(headerBytes).toBeLessThan(20_000)
    })
  }, 120_000)
})
