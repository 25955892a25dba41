import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, Hook, Runner } from '@hookloop/core'
import '@hookloop/optim'
import { largeModel } from './weights.mjs'

/** Saves large weights, or writes and flushes as many bytes. */
export default async function save(task, pace) {
  const folder = mkdtempSync(join(tmpdir(), 'hookloop-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'checkpoint')
  if (task.settings.plain) await repeat(pace, writing(task, path))
  else await runnerOf(await largeModel(task), folder, new Saver(pace, path)).train()
}

async function repeat(pace, work) {
  for (;;) {
    await pace.begin()
    await work()
    pace.end()
  }
}

function writing({ tensors, numbers }, path) {
  const bytes = Buffer.alloc(4 * tensors * numbers, 'hookloop')
  return () => {
    const file = openSync(path, 'w')
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    fsyncSync(file)
    closeSync(file)
  }
}

/** A Runner saves while it trains. */
class Saver extends Hook {
  constructor(pace, path) {
    super()
    Object.assign(this, { pace, path })
  }

  beforeTrain(runner) {
    return repeat(this.pace, () => runner.saveCheckpoint(`${this.path}.safetensors`))
  }
}

function runnerOf(model, workDir, hook) {
  return new Runner({
    model,
    workDir,
    console: false,
    trainDataloader: { dataset: new ArrayDataset({ inputs: { values: new Float32Array(1) } }), batchSize: 1 },
    trainCfg: { maxEpochs: 1 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    customHooks: [hook],
  })
}
