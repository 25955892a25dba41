import {
  ArrayDataset,
  type Hook,
  type HookConfig,
  type Model,
  type RunnerOptions,
  type TrainCfg,
} from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'
import * as tf from '@tensorflow/tfjs'

/** What a test trains; runs of it differ in how their steps are made. */
export interface Task {
  /** Makes the model, the same each time. */
  model(): Model
  readonly fields: Readonly<Record<string, Field>>
  /** 20 unless said otherwise, in batches of 4. */
  readonly examples?: number
  /** 5 unless said otherwise. */
  readonly epochs?: number
  /** In the place of `epochs`, and before what a test says to all of its runs. */
  readonly trainCfg?: Exclude<TrainCfg, { type: string }>
  readonly options?: Partial<RunnerOptions>
  readonly hooks?: () => (Hook | HookConfig)[]
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

export function layersTask(
  layers: () => tf.layers.Layer[],
  { loss = 'meanSquaredError', ...task }: Omit<Task, 'model'> & { readonly loss?: string },
): Task {
  return { ...task, model: () => fromLayersModel(tf.sequential({ layers: layers() }), { loss }) }
}

/** Two dense layers with something between them. */
export function denseTask(
  task: Partial<Omit<Task, 'model'>> = {},
  between: () => tf.layers.Layer[] = () => [],
): Task {
  const glorot = (seed: number) => tf.initializers.glorotUniform({ seed })
  const layers = () => [
    tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu', kernelInitializer: glorot(3) }),
    ...between(),
    tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: glorot(4) }),
  ]
  return layersTask(layers, { fields: { inputs: field([6], 1), labels: field([3], 2) }, ...task })
}

/** Options with an optimizer other than Adam, or with more for its wrapper. */
export function optim(optimizer: object, more: object = {}): Partial<RunnerOptions> {
  return { optimWrapper: { type: 'OptimWrapper', optimizer, ...more } } as Partial<RunnerOptions>
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
