import {
  ArrayDataset,
  BaseModel,
  captureCheckpoint,
  type DataBatch,
  type ForwardMode,
  Hook,
  Metric,
  type Metrics,
  type ParamScheduler,
  Runner,
  type RunnerOptions,
  type StateTree,
  type StepOutputs,
} from '@hookloop/core'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import '../src/index.js'

type PairBatch = { x: tf.Tensor2D; y: tf.Tensor2D }

/** Two weights, noise that depends on the run's random numbers, and a buffer that every step changes. */
export class NoisyModel extends BaseModel<PairBatch> {
  readonly weight = this.addParameter('weight', tf.tensor2d([0.3, -0.2, 0.5], [3, 1]))
  readonly bias = this.addParameter('bias', tf.zeros([1]))
  readonly steps = this.addBuffer('steps', tf.scalar(0))

  forward({ x, y }: PairBatch, mode: ForwardMode) {
    if (mode !== 'loss') return tf.add(tf.matMul(x, this.weight), this.bias)
    this.steps.assign(tf.add(this.steps, 1))
    const noise = tf.randomUniform(x.shape, 0.8, 1.2)
    const prediction = tf.add(tf.matMul(tf.mul(x, noise), this.weight), this.bias)
    return { loss: tf.losses.meanSquaredError(y, prediction) }
  }
}

export const examples = 10
export const batchSize = 3
export const batches = Math.ceil(examples / batchSize)

const x = Float32Array.from({ length: examples * 3 }, (_, index) => Math.sin(index * 1.7))
const y = Float32Array.from({ length: examples }, (_, index) => Math.cos(index))
const dataset = new ArrayDataset({ x: { values: x, shape: [3] }, y: { values: y, shape: [1] } })

/** `loss`, the mean squared error, and `acc`, which rises and falls with it. */
export class Errors extends Metric<number> {
  async process(batch: DataBatch, outputs: unknown): Promise<void> {
    const { y: target } = batch
    if (!(outputs instanceof tf.Tensor) || !(target instanceof tf.Tensor)) throw new Error('not tensors')
    const [predicted, wanted] = [await outputs.data(), await target.data()]
    for (const [row, value] of predicted.entries()) this.results.push((value - (wanted[row] ?? 0)) ** 2)
  }

  computeMetrics(results: readonly number[]): Metrics {
    const loss = results.reduce((sum, value) => sum + value, 0) / results.length
    return { loss, acc: Math.round(50 * Math.sin(1 / loss)) / 50 }
  }
}

/** Gives the results of a script, one per validation; the last one repeats. */
export class Scripted extends Metric {
  #validations = 0

  constructor(private readonly script: readonly Metrics[]) {
    super()
  }

  process(): void {}

  computeMetrics(): Metrics {
    return { ...this.script[Math.min(this.#validations++, this.script.length - 1)] }
  }
}

/** Halves the learning rate whenever the loss of a validation is no better than the one before. */
export class HalvingScheduler implements ParamScheduler {
  readonly byEpoch = true
  #best = Number.POSITIVE_INFINITY

  constructor(private readonly runner: () => Runner) {}

  step(metrics?: Metrics): void {
    const loss = Number(metrics?.loss)
    if (loss >= this.#best) {
      for (const group of this.runner().optimWrapper?.paramGroups ?? []) group.lr /= 2
    }
    this.#best = loss
  }

  stateDict(): StateTree {
    return { best: this.#best }
  }

  loadStateDict({ best }: StateTree): void {
    this.#best = Number(best)
  }
}

/** Does what a run's other hooks would do: histories of losses and metrics, a step of the schedulers. */
export class Recorder extends Hook {
  override readonly priority = 'HIGH'

  override beforeTrainEpoch({ trainDataLoader, epoch }: Runner): void {
    trainDataLoader?.sampler.setEpoch?.(epoch)
  }

  override afterTrainIter(runner: Runner, _batchIdx: number, _batch: DataBatch, outputs: StepOutputs): void {
    runner.messageHub.updateScalar('train/loss', outputs.loss ?? 0)
    runner.messageHub.updateScalar('train/lr', runner.optimWrapper?.paramGroups[0]?.lr ?? 0)
  }

  override afterValEpoch({ messageHub, paramSchedulers }: Runner, metrics: Metrics): void {
    for (const [name, value] of Object.entries(metrics)) {
      if (typeof value === 'number') messageHub.updateScalar(`val/${name}`, value)
    }
    for (const scheduler of Object.values(paramSchedulers).flat()) scheduler.step(metrics)
  }
}

/** Remembers what it saw of validations, as the last hook of all: early stopping does. */
export class LateWatcher extends Hook {
  override readonly priority = 'LOWEST'
  #validations = 0

  override afterValEpoch(): void {
    this.#validations += 1
  }

  override stateDict(): StateTree {
    return { validations: this.#validations }
  }

  override loadStateDict({ validations }: StateTree): void {
    this.#validations = Number(validations)
  }
}

/** A run with everything that a resume must bring back: noise, momenta, half accumulated gradients, a schedule. */
export function makeRunner(options: Partial<RunnerOptions> & Pick<RunnerOptions, 'workDir'>): Runner {
  const runner: Runner = new Runner({
    model: () => new NoisyModel(),
    engine: 'cpu',
    console: false,
    handleSignals: false,
    trainDataloader: { dataset, batchSize },
    trainCfg: { maxEpochs: 3 },
    optimWrapper: {
      type: 'OptimWrapper',
      optimizer: { type: 'Adam', lr: 0.05 },
      accumulativeCounts: 3,
    },
    paramScheduler: new HalvingScheduler(() => runner),
    valDataloader: { dataset, batchSize: 4 },
    valEvaluator: new Errors(),
    randomness: { seed: 7 },
    ...options,
    customHooks: [new Recorder(), new LateWatcher(), ...(options.customHooks ?? [])],
  })
  return runner
}

/** Everything that a run remembers, as plain values that can be compared to the last bit. */
export async function stateOf(runner: Runner): Promise<unknown> {
  await runner.messageHub.settle()
  const { meta, ...parts } = captureCheckpoint(runner)
  return plain({ ...parts, meta: { epoch: meta.epoch, iter: meta.iter, seed: meta.seed } })
}

function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor)
    return { shape: value.shape, dtype: value.dtype, values: [...value.dataSync()] }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return [...Object.values(value)]
  // Paths hold the name of a temporary folder.
  if (typeof value === 'string') return value.split('/').at(-1)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

/** Frees what a run owns, its model too. */
export function free(runner: Runner): void {
  runner.dispose()
  if (hasModel(runner)) runner.model.dispose?.()
}

function hasModel(runner: Runner): boolean {
  try {
    return runner.model !== undefined
  } catch {
    return false
  }
}
