import {
  ArrayDataset,
  type CompileMode,
  type CompileReport,
  Hook,
  type Model,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@tensorflow/tfjs-node'
import * as tf from '@tensorflow/tfjs'
import '../src/index.js'
import '@hookloop/optim'
import { MemoryStorage } from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'

/** What a run left. */
export interface Trained {
  readonly losses: readonly number[]
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly report: CompileReport | undefined
  readonly log: string
}

export interface Task {
  /** Makes the model, the same each time. */
  model(): Model
  readonly fields: Readonly<Record<string, Field>>
  readonly options?: Partial<RunnerOptions>
  readonly examples?: number
  readonly epochs?: number
  readonly hooks?: () => Hook[]
}

class LossRecorder extends Hook {
  readonly losses: number[] = []
  override afterTrainIter(
    _runner: Runner,
    _batchIdx: number,
    _batch: unknown,
    outputs?: Record<string, unknown>,
  ) {
    const loss = outputs?.loss
    if (loss instanceof tf.Tensor) this.losses.push(loss.dataSync()[0] ?? Number.NaN)
  }
}

/** Trains for some epochs of short runs. */
export async function train(task: Task, compile: CompileMode): Promise<Trained> {
  const recorder = new LossRecorder()
  const lines: string[] = []
  const model = task.model()
  const runner = new Runner({
    model,
    workDir: '/run',
    storage: new MemoryStorage(),
    engine: 'tfjs-node',
    console: false,
    trainDataloader: {
      dataset: dataOf(task),
      batchSize: 4,
      sampler: { type: 'DefaultSampler', shuffle: true },
    },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    randomness: { seed: 7 },
    ...task.options,
    trainCfg: { maxEpochs: task.epochs ?? 5, compile },
    customHooks: [recorder, ...(task.hooks?.() ?? [])],
  })
  runner.logger.addSink({ write: (text) => void lines.push(text) })
  try {
    await runner.train()
    const weights = Object.entries(model.stateDict()).map(
      ([name, value]) => [name, [...value.dataSync()]] as const,
    )
    return {
      losses: recorder.losses,
      weights: Object.fromEntries(weights),
      report: runner.compileReport(),
      log: lines.join('\n'),
    }
  } finally {
    runner.dispose()
    model.dispose?.()
  }
}

export function layersTask(
  layers: () => tf.layers.Layer[],
  task: Omit<Task, 'model'> & { readonly loss?: string },
): Task {
  return {
    ...task,
    model: () =>
      fromLayersModel(tf.sequential({ layers: layers() }), { loss: task.loss ?? 'meanSquaredError' }),
  }
}

interface Field {
  readonly shape: readonly number[]
  readonly salt: number
  /** Whole numbers below this; without, numbers from -1 to 1. */
  readonly classes: number | undefined
}

/** Values that look random and are the same each time. */
export function field(shape: readonly number[], salt: number, classes?: number): Field {
  return { shape, salt, classes }
}

export function dataOf({ fields, examples = 20 }: Pick<Task, 'fields' | 'examples'>): ArrayDataset {
  return new ArrayDataset(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valuesOf(field, examples)])),
  )
}

function valuesOf({ shape, salt, classes }: Field, examples: number) {
  const size = shape.reduce((product, length) => product * length, examples)
  const wave = (index: number) => Math.sin(salt * 12.9898 + index * 78.233) * 43758.5453
  const fraction = (index: number) => wave(index) - Math.floor(wave(index))
  const values =
    classes === undefined
      ? Float32Array.from({ length: size }, (_, index) => 2 * fraction(index) - 1)
      : Int32Array.from({ length: size }, (_, index) => Math.floor(classes * fraction(index)))
  return { values, shape: [...shape] }
}
