import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Runner, useEngine } from '@hookloop/core'
import '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'
import { defaultHooks, Pacer } from './pacer.mjs'

const none = Object.fromEntries(
  ['runtimeInfo', 'timer', 'samplerSeed', 'logger', 'paramScheduler', 'checkpoint'].map((slot) => [
    slot,
    null,
  ]),
)

/** The Runner with a model that does nothing, with and without its default hooks. */
export default async function run({ steps, settings }, pace) {
  await useEngine('tfjs-node')
  if (settings.compile !== false) await import('@hookloop/compile')
  const workDir = mkdtempSync(join(tmpdir(), 'hookloop-bench-'))
  process.once('exit', () => rmSync(workDir, { recursive: true, force: true }))
  const runner = new Runner({
    model: nothing(),
    workDir,
    console: false,
    trainDataloader: { dataset: { length: steps, getBatch: () => ({}) }, batchSize: 1 },
    trainCfg: { maxEpochs: 1e6 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    defaultHooks: settings.hooks ? defaultHooks : none,
    customHooks: [new Pacer(pace, () => undefined)],
  })
  await runner.train()
}

function nothing() {
  const weights = { weight: tf.variable(tf.zeros([1])) }
  const loss = tf.scalar(0.5)
  return {
    parameters: () => weights,
    stateDict: () => weights,
    loadStateDict: () => ({ missing: [], unexpected: [] }),
    trainStep: () => ({ loss: loss.clone() }),
  }
}
