import { join } from 'node:path'
import {
  BaseModel,
  type DataBatch,
  type ForwardMode,
  Hook,
  type Losses,
  type Metrics,
  type Mode,
  type Predictions,
  Runner,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'
import { camelCaseKeys } from './camel-case.js'
import { fieldsOf, listOf } from './fields.js'
import { withNonFinite } from './non-finite.js'
import { paramwiseOf } from './paramwise.js'
import { ScriptedMetric, tinyLoader } from './tiny-run.js'

type Fields = Readonly<Record<string, unknown>>

/** A clock that only the delays of a golden move; the first hook of each point moves it. */
export class Clock extends Hook {
  override readonly priority = 'HIGHEST'
  /** In seconds; the golden's delays are exact binary fractions. */
  seconds = 1000

  constructor(private readonly delays: Fields) {
    super()
  }

  override beforeTrainEpoch(runner: Runner): void {
    this.#advance('before_train_epoch', runner.epoch)
  }

  override beforeIter(runner: Runner, batchIdx: number, _batch: DataBatch, mode: Mode): void {
    this.#advance(`${mode}_data`, mode === 'train' ? runner.iter : batchIdx)
  }

  override afterIter(
    runner: Runner,
    batchIdx: number,
    _batch: DataBatch,
    _outputs: unknown,
    mode: Mode,
  ): void {
    this.#advance(`${mode}_step`, mode === 'train' ? runner.iter : batchIdx)
  }

  override afterValEpoch(): void {
    this.#advance('evaluate', 0)
  }

  #advance(name: string, index: number): void {
    const delay = this.delays[name] ?? 0
    const delays: readonly unknown[] = Array.isArray(delay) ? delay : [delay]
    this.seconds += Number(delays[index % delays.length])
  }
}

/** Reports the losses of a script instead of its own, over which the gradients still flow. */
class ScriptedModel extends BaseModel<{ x: tf.Tensor2D }> {
  readonly weight = this.addParameter('weight', tf.fill([1, 1], 0.5))
  readonly bias = this.addParameter('bias', tf.zeros([1]))
  #trained = 0
  #judged = 0

  constructor(private readonly script: Fields) {
    super()
  }

  forward({ x }: { x: tf.Tensor2D }, mode: ForwardMode): Losses | Predictions {
    const prediction = tf.add(tf.matMul(x, this.weight), this.bias)
    return mode === 'loss' ? this.#losses(prediction) : this.#predictions(prediction)
  }

  /** What the script says of the next training iteration. */
  #losses(prediction: tf.Tensor): Losses {
    const index = this.#trained++
    const own = tf.sum(prediction)
    const losses = listOf(this.script.losses)
    if (losses.length === 0) return { loss: tf.mul(own, 0.001) }
    const loss = tf.add(tf.mul(own, 0), Number(losses[index % losses.length]))
    const extras = listOf(this.script.extra).map(fieldsOf)
    const extra = extras[index % extras.length] ?? {}
    return {
      loss,
      ...Object.fromEntries(Object.entries(extra).map(([name, value]) => [name, tf.scalar(Number(value))])),
    }
  }

  #predictions(prediction: tf.Tensor): Predictions {
    const scripts = listOf(this.script.val_losses)
    if (scripts.length === 0) return prediction
    return [prediction, { loss: fieldsOf(scripts[this.#judged++ % scripts.length]) }]
  }
}

/** One phase of a golden, on a clock of its own, in a work dir that phases share. */
export function clockedRunner(
  phase: Fields,
  delays: unknown,
  workDir: string,
): { runner: Runner; clock: Clock } {
  const clock = new Clock(fieldsOf(delays))
  const metrics = listOf(phase.metrics ?? [{}]).map((entry): Metrics => metricsOf(entry))
  const runner = Runner.fromConfig({
    model: new ScriptedModel(fieldsOf(withNonFinite(phase.model))),
    workDir,
    engine: 'cpu',
    console: false,
    ...trainingOf(phase),
    ...(phase.val === null
      ? {}
      : { valDataloader: tinyLoader(phase.val, [2, 1]), valEvaluator: new ScriptedMetric(metrics) }),
    ...(phase.test === undefined || phase.test === null
      ? {}
      : { testDataloader: tinyLoader(phase.test, [2, 1]), testEvaluator: new ScriptedMetric(metrics) }),
    defaultHooks: {
      timer: { now: () => clock.seconds },
      logger: { summary: false, ...fieldsOf(camelCaseKeys(phase.logger)) },
      ...(phase.checkpoint === undefined ? {} : { checkpoint: camelCaseKeys(phase.checkpoint) }),
    },
    ...(phase.log_processor === undefined ? {} : { logProcessor: camelCaseKeys(phase.log_processor) }),
    ...(phase.resume === undefined ? {} : { resume: phase.resume === true }),
    ...(typeof phase.load_from === 'string'
      ? { loadFrom: join(workDir, phase.load_from.replace(/\.pth$/, '.safetensors')) }
      : {}),
    customHooks: [clock],
    randomness: { seed: 1 },
  })
  return { runner, clock }
}

export async function callOf(phase: Fields, runner: Runner): Promise<void> {
  if (phase.call === 'test') await runner.test()
  else if (phase.call === 'val') await runner.val()
  else await runner.train()
}

function trainingOf(phase: Fields): Fields {
  if (phase.train_cfg === undefined) return {}
  return {
    trainCfg: camelCaseKeys(phase.train_cfg),
    trainDataloader: tinyLoader(phase.train, phase.model === undefined ? [4, 2] : [8, 2]),
    optimWrapper: optimWrapperOf(phase.optim),
  }
}

function optimWrapperOf(setting: unknown): Fields {
  if (setting === undefined) return { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.01 } }
  const { paramwise_cfg: paramwise, ...wrapper } = fieldsOf(setting)
  return { ...fieldsOf(camelCaseKeys(wrapper)), ...paramwiseOf(paramwise) }
}

/** `{ ndarray: … }` stands for an array of NumPy. */
function metricsOf(entry: unknown): Metrics {
  return Object.fromEntries(
    Object.entries(fieldsOf(withNonFinite(entry))).map(([name, value]) => {
      const { ndarray, dtype } = fieldsOf(value)
      return [name, ndarray === undefined ? value : arrayOf(ndarray, dtype === 'int')]
    }),
  )
}

/** NumPy's floats are doubles, which tfjs has only as arrays of one dimension. */
function arrayOf(values: unknown, isInteger: boolean): unknown {
  const isFlat = listOf(values).every((value) => typeof value === 'number')
  const numbers = listOf(values).map(Number)
  if (isFlat) return isInteger ? Int32Array.from(numbers) : Float64Array.from(numbers)
  return tf.tensor(JSON.parse(JSON.stringify(values)), undefined, isInteger ? 'int32' : 'float32')
}
