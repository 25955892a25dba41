import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ArrayDataset,
  BaseModel,
  type Checkpoint,
  type DataBatch,
  type Dataset,
  decodeCheckpoint,
  disposeTensors,
  type ForwardMode,
  Hook,
  Metric,
  type Metrics,
  Runner,
  type StepOutputs,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-ema'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import { OptimWrapper } from '@hookloop/optim'
import '@hookloop/scheduler'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys } from '../camel-case.js'
import { expectNear } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'
import { paramwiseOf } from '../paramwise.js'
import { temporaryWorkDir } from '../tiny-run.js'
import { configOf } from './optim_wrapper.js'
import { momentumOf } from './schedulers.js'

type Fields = Readonly<Record<string, unknown>>

/** What the goldens suggest; values near 0 are compared absolutely. */
const tolerance = { relative: 1e-4, absolute: 1e-6 }

export const interpret: Interpreter = async (golden) => {
  const workDir = await temporaryWorkDir()
  try {
    const expected = listOf(golden.expected.phases).map(fieldsOf)
    const phases = listOf(golden.phases).map(fieldsOf)
    expect(phases.length).toBe(expected.length)
    let schedulers: readonly Fields[] = []
    for (const [index, phase] of phases.entries()) {
      schedulers = schedulersOf(golden, phase, phase.resume === true ? schedulers : [])
      await playPhase(golden, { ...phase, schedulers }, workDir, expected[index] ?? {})
    }
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

async function playPhase(
  golden: GoldenCase,
  phase: Fields,
  workDir: string,
  expected: Fields,
): Promise<void> {
  const diary = new Diary()
  const runner = makeRunner(golden, phase, workDir, diary)
  await runner.train()
  const { iterations, validations, param_groups: groups } = expected
  expectNear(diary.iterations, iterations, tolerance, 'iterations')
  expect(diary.iterations.length).toBe(listOf(iterations).length)
  expectNear(diary.validations, validations, tolerance, 'validations')
  expect(diary.validations.length).toBe(listOf(validations).length)
  expect(groupsOf(runner).map(({ params }) => params.map(({ name }) => name))).toEqual(groups)
  expectNear(plainTensors(runner.model.stateDict()), expected.final_params, tolerance, 'final_params')
  const files = (await readdir(workDir)).filter((name) => name.endsWith('.safetensors')).sort()
  expect(files).toEqual(listOf(expected.files).map((name) => String(name).replace(/\.pth$/, '.safetensors')))
  if (expected.ema_params !== undefined) await expectAverage(runner, workDir, expected)
  const last = await readFile(join(workDir, 'last_checkpoint'), 'utf8')
  await expectCheckpoint(join(workDir, last), fieldsOf(expected.last_checkpoint))
  runner.dispose()
}

/** The average at the end, which is what a checkpoint made now holds. */
async function expectAverage(runner: Runner, workDir: string, expected: Fields): Promise<void> {
  const path = join(workDir, 'end')
  await runner.saveCheckpoint(path)
  const { stateDict, emaStateDict } = plainCheckpoint(await decodeCheckpoint(await readFile(path), path))
  await rm(path)
  expectNear(stateDict, expected.ema_params, tolerance, 'ema_params')
  expect(fieldsOf(emaStateDict).steps).toBe(expected.ema_steps)
}

async function expectCheckpoint(path: string, expected: Fields): Promise<void> {
  const { meta_epoch: epoch, meta_iter: iter, keys, state_dict: weights, ema_state_dict: live } = expected
  const checkpoint = plainCheckpoint(await decodeCheckpoint(await readFile(path), path))
  expect(fieldsOf(checkpoint.meta)).toMatchObject({ epoch, iter })
  const parts = Object.keys(checkpoint).map((key) =>
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  )
  expect(parts).toEqual(expect.arrayContaining([...listOf(keys)]))
  expectNear(checkpoint.stateDict, weights, tolerance, 'state_dict of last_checkpoint')
  if (live === null) expect(checkpoint.emaStateDict).toBeUndefined()
  else if (live !== undefined)
    expectNear(checkpoint.emaStateDict, live, tolerance, 'ema_state_dict of last_checkpoint')
}

/* ---- the run ---- */

function makeRunner(golden: GoldenCase, phase: Fields, workDir: string, diary: Diary): Runner {
  const { train, val } = fieldsOf(golden.data)
  const { paramwise_cfg: paramwise, optimizer, ...wrapper } = fieldsOf(withNonFinite(phase.optim_wrapper))
  const wrapperOptions = fieldsOf(camelCaseKeys(wrapper))
  return Runner.fromConfig({
    model: () => new Perceptron(golden),
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: {
      dataset: datasetOf(train),
      batchSize: phase.batch_size,
      sampler: { type: phase.sampler ?? 'DefaultSampler', shuffle: false },
    },
    trainCfg: camelCaseKeys(phase.train_cfg),
    optimWrapper: { ...wrapperOptions, optimizer: configOf(optimizer), ...paramwiseOf(paramwise) },
    ...(listOf(phase.schedulers).length === 0 ? {} : { paramScheduler: phase.schedulers }),
    ...(val === undefined || val === null
      ? {}
      : {
          valDataloader: { dataset: datasetOf(val), batchSize: phase.val_batch_size ?? phase.batch_size },
          valEvaluator: new MeanLoss(String(golden.loss)),
        }),
    defaultHooks: { checkpoint: camelCaseKeys(phase.checkpoint ?? {}) },
    customHooks: [diary, ...(phase.ema ? [emaOf(phase.ema)] : [])],
    ...(phase.resume === undefined ? {} : { resume: phase.resume === true }),
    randomness: { seed: 1 },
  })
}

/**
 * The schedulers of a phase. After a resume MMEngine's have the settings of the file, such as the end of the run
 * before, where ours have those of the config; so the config says what the file says.
 */
function schedulersOf(golden: GoldenCase, phase: Fields, before: readonly Fields[]): readonly Fields[] {
  const configs = phase.param_scheduler ?? []
  const { maxEpochs, maxIters } = fieldsOf(camelCaseKeys(phase.train_cfg))
  const samples = listOf(fieldsOf(fieldsOf(golden.data).train).x).length
  const iters = maxIters ?? Number(maxEpochs) * Math.ceil(samples / Number(phase.batch_size))
  return (Array.isArray(configs) ? configs : [configs]).map((config, index) => {
    const scheduler = fieldsOf(camelCaseKeys(config))
    const end = scheduler.byEpoch === false ? iters : maxEpochs
    return { ...(end === undefined ? {} : { end }), ...scheduler, ...before[index] }
  })
}

function emaOf(setting: unknown): Fields {
  return { type: 'EMAHook', ...fieldsOf(camelCaseKeys(setting)) }
}

function datasetOf(data: unknown): Dataset {
  const { x, y } = fieldsOf(data)
  return new ArrayDataset({ x: arrayField(x), y: arrayField(y) })
}

/** Rows of floats, or labels. */
function arrayField(rows: unknown) {
  const [first] = listOf(rows)
  if (Array.isArray(first))
    return { values: Float32Array.from(listOf(rows).flatMap(listOf), Number), shape: [first.length] }
  return { values: Int32Array.from(listOf(rows), Number), shape: [] }
}

/** `fc2(act(fc1(x)))` with weights as `[out, in]`. */
class Perceptron extends BaseModel<{ x: tf.Tensor2D; y: tf.Tensor }> {
  readonly #weights: Readonly<Record<string, tf.Variable>>

  constructor(private readonly golden: GoldenCase) {
    super()
    const initial = Object.entries(fieldsOf(golden.initial))
    this.#weights = Object.fromEntries(
      initial.map(([name, value]) => [
        name,
        this.addParameter(name, tf.tensor(JSON.parse(JSON.stringify(value)))),
      ]),
    )
  }

  forward({ x, y }: { x: tf.Tensor2D; y: tf.Tensor }, mode: ForwardMode) {
    const hidden = this.#layer(x, 'fc1')
    const output = this.#layer(this.golden.activation === 'relu' ? tf.relu(hidden) : tf.tanh(hidden), 'fc2')
    return mode === 'loss' ? { loss: tf.mean(sampleLosses(output, y, String(this.golden.loss))) } : output
  }

  #layer(x: tf.Tensor2D, name: string): tf.Tensor2D {
    const [weight, bias] = [this.#weights[`${name}.weight`], this.#weights[`${name}.bias`]]
    if (weight === undefined || bias === undefined) throw new Error(`the golden has no ${name}`)
    return tf.add(
      tf.matMul(x, tf.reshape<tf.Rank.R2>(weight, [weight.shape[0] ?? 1, weight.shape[1] ?? 1]), false, true),
      bias,
    )
  }
}

/** One loss per example: the mean of squared errors, or the cross entropy of logits. */
function sampleLosses(output: tf.Tensor2D, y: tf.Tensor, loss: string): tf.Tensor {
  if (loss === 'mse') return tf.mean(tf.squaredDifference(output, y), -1)
  const hot = tf.oneHot(tf.cast(y, 'int32'), output.shape[1])
  return tf.neg(tf.sum(tf.mul(hot, tf.logSoftmax(output)), -1))
}

/** The mean over examples of what the model is trained to lessen. */
class MeanLoss extends Metric<number> {
  constructor(private readonly loss: string) {
    super()
  }

  async process({ y }: DataBatch, output: unknown): Promise<void> {
    if (!(output instanceof tf.Tensor) || !(y instanceof tf.Tensor))
      throw new Error('the model gives one tensor')
    const { shape } = output
    const losses = tf.tidy(() =>
      sampleLosses(tf.reshape<tf.Rank.R2>(output, [shape[0] ?? 1, shape[1] ?? 1]), y, this.loss),
    )
    this.results.push(...(await losses.data()))
    losses.dispose()
  }

  computeMetrics(results: readonly number[]): Metrics {
    return { 'val/loss': results.reduce((sum, value) => sum + value, 0) / results.length }
  }
}

/** What happened in each iteration and validation. */
class Diary extends Hook {
  override readonly priority = 'HIGHEST'
  readonly iterations: unknown[] = []
  readonly validations: unknown[] = []
  #settings: Fields = {}

  override beforeTrainIter(runner: Runner): void {
    const groups = groupsOf(runner)
    this.#settings = { lr: groups.map(({ lr }) => lr), momentum: groups.map(momentumOf) }
  }

  override async afterTrainIter(runner: Runner, _batchIdx: number, _batch: DataBatch, { loss }: StepOutputs) {
    const { epoch, iter, messageHub } = runner
    await messageHub.settle()
    const norms = messageHub.scalars.get('train/grad_norm')
    const isNew = norms !== undefined && norms.length > this.#knownNorms
    this.#knownNorms = norms?.length ?? 0
    this.iterations.push({
      iter,
      epoch,
      ...this.#settings,
      loss: loss instanceof tf.Tensor ? (await loss.data())[0] : loss,
      grad_norm: isNew ? norms.current() : null,
    })
  }

  #knownNorms = 0

  override afterValEpoch({ epoch, iter }: Runner, metrics: Metrics): void {
    this.validations.push({ epoch, iter, metrics })
  }
}

function groupsOf({ optimWrapper }: Runner) {
  if (!(optimWrapper instanceof OptimWrapper)) throw new Error('the run has no OptimWrapper')
  return optimWrapper.optimizer.paramGroups
}

function plainTensors(value: unknown): unknown {
  if (value instanceof tf.Tensor) return value.arraySync()
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, item]) => [key, plainTensors(item)]))
}

/** Weights as lists of numbers; nothing of the checkpoint's tensors is left. */
function plainCheckpoint(checkpoint: Checkpoint): Fields {
  const { stateDict, emaStateDict, ...rest } = checkpoint
  const plain = {
    ...rest,
    stateDict: plainTensors(stateDict),
    ...(emaStateDict === undefined ? {} : { emaStateDict: plainTensors(emaStateDict) }),
  }
  disposeTensors({ ...checkpoint })
  return plain
}
