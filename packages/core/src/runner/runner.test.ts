import '@tensorflow/tfjs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataBatch, Dataset } from '../data/dataset.js'
import type { Random } from '../data/random.js'
import '../registry/built-ins.js'
import { disposeTensors } from '../engine/tensors.js'
import { hasCode } from '../errors/hookloop-error.js'
import { NonFiniteLossError } from '../errors/run-errors.js'
import { Metric, type Metrics } from '../evaluation/metric.js'
import { Hook } from '../hook/hook.js'
import { registerHook } from '../hook/register-hook.js'
import { BaseModel, type ForwardMode } from '../model/base-model.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamScheduler } from '../optim/param-scheduler.js'
import { packageInfo } from '../package-info.js'
import { paramSchedulerRegistry } from '../registry/registries.js'
import { encodeCheckpoint } from '../state/checkpoint-file.js'
import type { RunnerOptions } from './options.js'
import { readCheckpoint } from './resume.js'
import { Runner } from './runner.js'

type Batch = { x: tf.Tensor2D }

/** Draws random numbers in its steps, as a net with dropout does. */
class Noisy extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.ones([2, 1]))

  forward({ x }: Batch, mode: ForwardMode) {
    const prediction = tf.matMul(tf.dropout(x, 0.5), this.weight)
    return mode === 'loss' ? { loss: tf.mean(tf.square(prediction)) } : prediction
  }
}

class Descent implements OptimWrapper {
  readonly paramGroups = []
  stepListener = {}

  constructor(private readonly model: Noisy) {}

  updateParams(loss: () => tf.Scalar): tf.Scalar {
    const { value, grads } = tf.variableGrads(loss)
    const [number = Number.NaN] = value.dataSync()
    if (!Number.isFinite(number)) throw new NonFiniteLossError(number, 'a test')
    const gradient = grads[this.model.weight.name]
    if (gradient !== undefined) this.model.weight.assign(tf.sub(this.model.weight, tf.mul(gradient, 0.01)))
    return tf.keep(value)
  }

  initializeCountStatus(): void {}
  getLr() {
    return { lr: [0.01] }
  }
  getMomentum() {
    return { momentum: [0] }
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
  dispose(): void {}
}

/** Seven examples, moved at random each time they are drawn. */
const dataset: Dataset = {
  length: 7,
  getBatch: (indices: readonly number[], random: Random): DataBatch => ({
    x: tf.tensor2d(
      indices.map((index) => [index / 7, random.uniform()]),
      [indices.length, 2],
    ),
  }),
}

const labelled: Dataset = {
  length: 6,
  getBatch: (indices) => ({ x: tf.ones([indices.length, 2]), labels: tf.zeros([indices.length], 'int32') }),
}

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'runner-'))
})
afterEach(() => rm(workDir, { recursive: true, force: true }))

function makeRunner(extra: Partial<RunnerOptions> = {}) {
  const model = new Noisy()
  const runner = new Runner({
    model,
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 2 },
    trainCfg: { maxEpochs: 3 },
    optimWrapper: new Descent(model),
    randomness: { seed: 5 },
    ...extra,
  })
  return { model, runner }
}

/** Notes the losses, and interrupts the run after an iteration. */
class Watch extends Hook {
  readonly losses: number[] = []

  constructor(private readonly interruptAt = -1) {
    super()
  }

  override afterTrainIter(
    runner: Runner,
    _batchIdx: number,
    _batch: DataBatch,
    { loss }: Record<string, tf.Tensor | number>,
  ) {
    this.losses.push(loss instanceof tf.Tensor ? (loss.dataSync()[0] ?? Number.NaN) : Number(loss))
    if (runner.iter === this.interruptAt) runner.interrupt('the test')
  }

  override async onException(runner: Runner) {
    await runner.saveCheckpoint(join(runner.workDir, 'interrupted.safetensors'))
    await writeFile(join(runner.workDir, 'last_checkpoint'), 'interrupted.safetensors')
  }
}

class SaveLast extends Hook {
  override async afterTrain(runner: Runner) {
    await runner.saveCheckpoint(join(runner.workDir, 'last.safetensors'))
    await writeFile(join(runner.workDir, 'last_checkpoint'), 'last.safetensors')
  }
}

describe('a run that is interrupted and resumed', () => {
  it.each([
    ['epochs', { maxEpochs: 3 } as const],
    ['iterations', { byEpoch: false, maxIters: 11 } as const],
  ])('by %s gives the bits of one that was not, at every iteration', async (_unit, trainCfg) => {
    const whole = new Watch()
    const { model } = await trained({ trainCfg, customHooks: [whole] })
    const expected = [...model.weight.dataSync()]
    for (let iter = 0; iter < whole.losses.length - 1; iter++) {
      await rm(workDir, { recursive: true })
      const before = new Watch(iter)
      const { runner } = makeRunner({ trainCfg, customHooks: [before] })
      const error = await runner.train().catch((thrown: unknown) => thrown)
      expect(hasCode(error, 'HL_INTERRUPTED')).toBe(true)
      const after = new Watch()
      const resumed = await trained({ trainCfg, customHooks: [after], resume: true, randomness: {} })
      expect([...before.losses, ...after.losses]).toEqual(whole.losses)
      expect([...resumed.model.weight.dataSync()]).toEqual(expected)
    }
  })

  it('has every value once where a hook or the step failed before the update', async () => {
    class Rates extends Hook {
      override beforeTrainIter(runner: Runner) {
        runner.messageHub.updateScalar('train/lr', runner.iter)
      }
    }
    class FailingHook extends Hook {
      override beforeTrainIter(runner: Runner) {
        if (runner.iter === 4) throw new Error('broken')
      }
    }
    class FailingStep extends Descent {
      override updateParams(loss: () => tf.Scalar): tf.Scalar {
        if (this.steps++ === 4) throw new Error('broken')
        return super.updateParams(loss)
      }
      private steps = 0
    }
    const noisy = new Noisy()
    for (const extra of [
      { customHooks: [new Rates(), new FailingHook(), new Watch()] },
      {
        customHooks: [new Rates(), new Watch()],
        model: noisy,
        optimWrapper: new FailingStep(noisy),
      },
    ]) {
      await rm(workDir, { recursive: true })
      await expect(makeRunner(extra).runner.train()).rejects.toThrow(/broken/)
      const { runner } = await trained({ resume: true, customHooks: [new Rates()] })
      expect([...runner.messageHub.getScalar('train/lr').data().values]).toEqual(
        Array.from({ length: 12 }, (_, iter) => iter),
      )
    }
  })

  it('makes the validation again that a crash fell into', async () => {
    const trace: string[] = []
    class Trace extends Hook {
      override async afterTrainEpoch(runner: Runner) {
        await runner.saveCheckpoint(join(workDir, `${runner.epoch}.safetensors`))
        trace.push(`train ${runner.epoch}`)
      }
      override afterValEpoch(runner: Runner) {
        trace.push(`val ${runner.epoch}`)
      }
    }
    const extra = () => ({
      valDataloader: { dataset: labelled, batchSize: 2 },
      valEvaluator: { type: 'Accuracy' as const },
      customHooks: [new Trace()],
    })
    await trained(extra())
    const whole = trace.splice(0)
    expect(whole).toEqual(['train 0', 'val 1', 'train 1', 'val 2', 'train 2', 'val 3'])
    await trained({ ...extra(), resume: true, loadFrom: join(workDir, '1.safetensors') })
    expect(trace).toEqual(whole.slice(whole.indexOf('val 2')))
  })

  it.each([
    ['weights of another program', { stateDict: {} }, /holds weights only.*use loadFrom without resume/],
    ['another model', {}, /holds nothing of this model: it has weights, the model has weight\./],
  ])('refuses %s', async (_what, extra, message) => {
    const { runner } = await trained({ trainCfg: { maxEpochs: 1 } })
    const path = join(workDir, 'odd.safetensors')
    await runner.saveCheckpoint(path)
    const checkpoint = await readCheckpoint(runner.storage, path)
    const changed = { ...checkpoint, ...extra, stateDict: { weights: tf.zeros([2, 1]) } }
    if ('stateDict' in extra) changed.meta = { ...changed.meta, hookloopVersion: '' }
    await writeFile(path, Buffer.concat(await encodeCheckpoint(changed)))
    disposeTensors({ ...changed })
    await expect(trained({ resume: true, loadFrom: path })).rejects.toThrow(message)
  })

  it('goes on with the first batch of the epoch when the dataset has become another', async () => {
    const { runner } = makeRunner({ customHooks: [new Watch(5)] })
    await expect(runner.train()).rejects.toThrow(/HL_INTERRUPTED/)
    const smaller: Dataset = { ...dataset, length: 5 }
    const resumed = await trained({ resume: true, trainDataloader: { dataset: smaller, batchSize: 2 } })
    expect(resumed.runner.iter).toBe(6 + 2 * 3)
    const log = await readFile(join(resumed.runner.logDir, `${resumed.runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/WARNING.*an epoch now has 3 batches: that epoch starts again with its first batch/)
  })

  it('names a scheduler with another setting as it is registered', async () => {
    // What a minifier makes of a class.
    const a = class implements ParamScheduler {
      readonly byEpoch = true
      readonly changedArguments = ['stepSize: 3 -> 5']
      step(): void {}
      stateDict() {
        return {}
      }
      loadStateDict(): void {}
    }
    paramSchedulerRegistry.register('StepwiseLR', a, packageInfo)
    await expect(
      makeRunner({ customHooks: [new Watch(5)], paramScheduler: new a() }).runner.train(),
    ).rejects.toThrow(/HL_INTERRUPTED/)
    const { runner } = await trained({ resume: true, paramScheduler: new a() })
    const log = await readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/StepwiseLR was resumed with another setting than before: stepSize: 3 -> 5/)
  })

  it('says so when last_checkpoint names a file that is gone', async () => {
    await writeFile(join(workDir, 'last_checkpoint'), 'epoch_9.safetensors')
    await expect(trained({ resume: true })).rejects.toThrow(
      /last_checkpoint names .*epoch_9\.safetensors, which is not there.*HL_RESUME_LAST_CHECKPOINT/,
    )
  })

  it('warns where there are checkpoints, but none is said to be the last', async () => {
    await writeFile(join(workDir, 'epoch_7.safetensors'), '')
    const { runner } = await trained({ resume: true })
    const log = await readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/WARNING.*no last_checkpoint.*replaces epoch_7\.safetensors.*name it in loadFrom/)
  })

  it('refuses to end in the middle of an epoch beyond the end, and warns where nothing is left to train', async () => {
    const { runner } = makeRunner({ customHooks: [new Watch(5)] })
    await expect(runner.train()).rejects.toThrow(/HL_INTERRUPTED/)
    await expect(trained({ resume: true, trainCfg: { maxEpochs: 1 } })).rejects.toThrow(
      /after 1 epochs and 2 batches, but trainCfg\.maxEpochs is 1; raise it.*HL_RESUME_BEYOND_END/,
    )
    const ended = await trained({ customHooks: [new SaveLast()] })
    expect(ended.runner.iter).toBe(12)
    const again = await trained({ resume: true })
    const log = await readFile(join(again.runner.logDir, `${again.runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/WARNING.*nothing is left to train: the checkpoint was saved after 3 epochs/)
  })

  it('starts from scratch where there is nothing to resume', async () => {
    const { runner } = await trained({ resume: true })
    expect(runner.iter).toBe(12)
  })

  async function trained(extra: Partial<RunnerOptions>) {
    const made = makeRunner(extra)
    await made.runner.train()
    return made
  }
})

describe('a run that fails', () => {
  it('names the hook, goes through onException and afterRun, and keeps the first error', async () => {
    const seen: string[] = []
    class Failing extends Hook {
      override afterTrainIter(runner: Runner) {
        if (runner.iter === 4) throw new Error('broken')
      }
      override onException(_runner: Runner, error: unknown, origin: string) {
        seen.push(`${origin}: ${hasCode(error, 'HL_HOOK_FAILED')}`)
        throw new Error('broken once more')
      }
      override afterRun() {
        seen.push('afterRun')
      }
    }
    const { runner } = makeRunner({ customHooks: [new Failing()] })
    await expect(runner.train()).rejects.toThrow(
      /Failing failed in afterTrainIter at epoch 1, iteration 4: broken/,
    )
    expect(seen).toEqual(['train: true', 'afterRun'])
    expect(runner.iter).toBe(5)
  })

  it('tells hooks that it failed while it was being set up, and goes on when asked again', async () => {
    const origins: string[] = []
    class Failing extends Hook {
      #isBroken = true
      override beforeRun() {
        if (this.#isBroken) throw new Error('not yet')
      }
      override onException(_runner: Runner, _error: unknown, origin: string) {
        origins.push(origin)
        this.#isBroken = false
      }
    }
    const { runner } = makeRunner({ customHooks: [new Failing()] })
    await expect(runner.train()).rejects.toThrow(/Failing failed in beforeRun.*not yet/)
    expect(origins).toEqual(['setup'])
    await runner.train()
    expect(runner.iter).toBe(12)
  })

  it('refuses a second call while one is running, and goes on with the first', async () => {
    const { runner } = makeRunner()
    const first = runner.train()
    await expect(runner.train()).rejects.toThrow(/runner.train\(\) is running.*HL_RUNNER_BUSY/)
    await first
    expect(runner.iter).toBe(12)
  })

  it('says before anything is built that workers need a recipe', () => {
    expect(() => makeRunner({ trainDataloader: { dataset, batchSize: 2, numWorkers: 2 } })).toThrow(
      /trainDataloader.numWorkers: is 2, but the dataset has no recipe.*leave numWorkers out/,
    )
  })

  it('refuses a step that returns a promise, unless the model says that it does', async () => {
    const noisy = new Noisy()
    const waiting: Model = {
      parameters: () => noisy.parameters(),
      stateDict: () => noisy.stateDict(),
      loadStateDict: (state) => noisy.loadStateDict(state),
      trainStep: async () => ({ loss: 1 }),
      valStep: () => [],
      testStep: () => [],
    }
    const options = { optimWrapper: new Descent(noisy) }
    await expect(makeRunner({ ...options, model: waiting }).runner.train()).rejects.toThrow(
      /trainStep of Object returned a promise.*asyncSteps/,
    )
    const { runner } = makeRunner({ ...options, model: { ...waiting, asyncSteps: true } })
    await runner.train()
    expect(runner.iter).toBe(12)
  })

  it.each<[string, Dataset, RegExp]>([
    ['nothing', { length: 4, getBatch: () => JSON.parse('null') }, /returned null.*HL_DATA_BATCH/],
    [
      'half an example',
      { length: 1.5, get: () => ({}) },
      /must be a dataset, with a length \(a whole number\)/,
    ],
  ])('refuses a dataset that gives %s', async (_what, given, message) => {
    const train = async () => makeRunner({ trainDataloader: { dataset: given, batchSize: 2 } }).runner.train()
    await expect(train()).rejects.toThrow(message)
  })

  it('names the metric that fails', async () => {
    class Broken extends Metric {
      process(): void {}
      computeMetrics(): Metrics {
        throw new Error('no results')
      }
    }
    const options = { valDataloader: { dataset: labelled, batchSize: 2 }, valEvaluator: new Broken() }
    await expect(makeRunner(options).runner.train()).rejects.toThrow(
      /Broken\.computeMetrics failed: no results.*HL_METRIC_FAILED/,
    )
  })

  it('warns of schedulers that nobody steps', async () => {
    class Idle implements ParamScheduler {
      readonly byEpoch = true
      step(): void {}
      stateDict() {
        return {}
      }
      loadStateDict(): void {}
    }
    const scheduler = new Idle()
    const { runner } = makeRunner({ paramScheduler: scheduler })
    await runner.train()
    const log = await readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/WARNING.*learning rates stay as they are.*hook-param-scheduler/)
  })

  it('tells batch and place of a step that fails', async () => {
    const wrong: Dataset = { length: 4, getBatch: () => ({ x: tf.ones([2, 3]) }) }
    const { runner } = makeRunner({ trainDataloader: { dataset: wrong, batchSize: 2 } })
    await expect(runner.train()).rejects.toThrow(
      /trainStep failed at epoch 0, iteration 0, on the batch \{ x: float32 \[2, 3\] \}/,
    )
  })

  it('stops at a loss that is no number, with the parameters from before', async () => {
    const poisoned: Dataset = {
      length: 4,
      getBatch: (indices) => ({ x: tf.fill([2, 2], indices.includes(2) ? Number.NaN : 1) }),
    }
    const sampler = { type: 'DefaultSampler', shuffle: false } as const
    const { model, runner } = makeRunner({ trainDataloader: { dataset: poisoned, batchSize: 2, sampler } })
    await expect(runner.train()).rejects.toThrow(/iteration 1.*the loss is NaN/)
    expect([...model.weight.dataSync()].every(Number.isFinite)).toBe(true)
  })

  it('says so when the work dir cannot be written', async () => {
    await writeFile(join(workDir, 'plain'), '')
    const { runner } = makeRunner({ workDir: join(workDir, 'plain') })
    await expect(runner.train()).rejects.toThrow(/cannot be written.*HL_STORAGE_WRITE/)
  })
})

describe('the options of a Runner', () => {
  it('are all checked at once, with places and remedies', () => {
    registerHook(
      'NumberHook',
      class extends Hook {},
      { name: 'test', version: '1', url: 'x', hookApi: 1 },
      {
        options: v.strictObject({ size: v.pipe(v.number(), v.maxValue(1, 'must be a number up to 1')) }),
      },
    )
    const config = JSON.parse(`{
      "model": {}, "workDir": "${workDir}", "trainCfg": { "maxEpochs": 0 }, "epochs": 3,
      "customHooks": [{ "type": "NumberHook", "size": 0.5 }, { "type": "NumberHook", "size": 2, "priority": "SOON" }, { "type": "EMAHok" }],
      "defaultHooks": { "loger": {} }
    }`)
    const error = catchError(() => Runner.fromConfig(config))
    for (const text of [
      /The config has \d+ mistakes/,
      /^ {2}epochs: is not an option/m,
      /^ {2}trainCfg\.maxEpochs: is 0/m,
      /^ {2}trainDataloader: is missing/m,
      /^ {2}customHooks\[1\]\.size: is 2, but must be a number up to 1/m,
      /^ {2}customHooks\[1\]\.priority: /m,
      /^ {2}customHooks\[2\]\.type: .*Did you mean 'EMAHook'/m,
      /^ {2}defaultHooks\.loger: .*Did you mean 'logger'/m,
    ]) {
      expect(error).toMatch(text)
    }
  })

  it.each<[string, object, RegExp]>([
    ['a class', { model: Noisy }, /model: is the class Noisy; give \(\) => new Noisy\(\)/],
    ['a list', { defaultHooks: [] }, /defaultHooks: is \[\], but must be an object/],
    [
      'no batch size',
      { valDataloader: { dataset } },
      /batchSize: is missing; it must be a whole number above 0/,
    ],
    [
      'a duration that is none',
      { trainCfg: { maxEpochs: '3 epoch' } },
      /trainCfg\.maxEpochs: is '3 epoch', but must be a whole number above 0, such as 12, or a text such as '3ep' \(epochs\), '500it'/,
    ],
    [
      'a run without an end',
      { trainCfg: { maxEpochs: '2h' } },
      /trainCfg\.maxEpochs: is '2h', but must be .* '500it' \(iterations\) \(HL_CONFIG_VALUE/,
    ],
    [
      'an interval of nothing',
      { trainCfg: { maxEpochs: 1, valInterval: '0s' } },
      /trainCfg\.valInterval: is '0s', but must be .*'30min'/,
    ],
    [
      'epochs as a time',
      { trainCfg: { maxEpochs: 1, maxTime: '3ep' } },
      /trainCfg\.maxTime: is '3ep', but must be a number of seconds/,
    ],
    [
      'half a batch',
      { fastDevRun: 0.5 },
      /fastDevRun: is 0\.5, but must be true, false or a whole number of batches/,
    ],
    ['no batches', { sanityVal: -1 }, /sanityVal: is -1, but must be a whole number of batches from 0/],
    ['no evaluator', { valDataloader: { dataset, batchSize: 1 } }, /valEvaluator: .*valDataloader is there/],
  ])('tell what is wrong with %s', (_what, extra, message) => {
    const options: object = { ...makeRunner().runner.options, ...extra }
    expect(catchError(() => Reflect.construct(Runner, [options]))).toMatch(message)
  })

  it('point to @hookloop/layers for a model of tfjs', async () => {
    const layered = () => ({ layers: [], fit: () => undefined })
    const options: object = { ...makeRunner().runner.options, model: layered }
    const runner: Runner = Reflect.construct(Runner, [options])
    await expect(runner.train()).rejects.toThrow(/fromLayersModel of @hookloop\/layers.*HL_MODEL_METHODS/)
  })

  it('say how to train by iterations', () => {
    const options: object = { ...makeRunner().runner.options, trainCfg: { maxIters: 3 } }
    expect(catchError(() => Reflect.construct(Runner, [options]))).toMatch(/trainCfg: .*add byEpoch: false/)
  })

  it('tell a class of a hook from a hook', () => {
    const options: object = { ...makeRunner().runner.options, customHooks: [Watch] }
    expect(catchError(() => Reflect.construct(Runner, [options]))).toMatch(
      /customHooks\[0\]: must be a hook.*for the class Watch, give new Watch\(\)/,
    )
  })

  function catchError(action: () => unknown): string {
    try {
      action()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    return ''
  }
})

describe('a run', () => {
  it('has as many tensors after one epoch as after the next', async () => {
    class Count extends Hook {
      readonly counts: number[] = []
      override afterTrainEpoch() {
        this.counts.push(tf.memory().numTensors)
      }
    }
    const count = new Count()
    await makeRunner({ trainCfg: { maxEpochs: 5 }, customHooks: [count] }).runner.train()
    expect(new Set(count.counts).size).toBe(1)
  })

  it('writes a log with the engine and the order of hooks', async () => {
    const { runner } = makeRunner()
    await runner.train()
    const log = await readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
    expect(log).toMatch(/INFO - engine: cpu/)
    expect(log).toContain('Hooks will be executed in the following order:')
  })

  it('can validate and test without training', async () => {
    const metrics: Metrics[] = []
    class Seen extends Hook {
      override afterEpoch(_runner: Runner, _mode: string, found?: Metrics) {
        if (found !== undefined) metrics.push(found)
      }
    }
    const runner = new Runner({
      model: () => new Noisy(),
      workDir,
      engine: 'cpu',
      console: false,
      valDataloader: { dataset: labelled, batchSize: 2 },
      valEvaluator: { type: 'Accuracy' },
      testDataloader: { dataset: labelled, batchSize: 3 },
      testEvaluator: { type: 'Accuracy' },
      customHooks: [new Seen()],
    })
    expect(await runner.val()).toEqual({ 'accuracy/top1': 1 })
    expect(await runner.test()).toEqual({ 'accuracy/top1': 1 })
    expect(metrics).toHaveLength(2)
    await expect(runner.train()).rejects.toThrow(/needs trainDataloader.*HL_RUNNER_PARTS/)
  })
})
