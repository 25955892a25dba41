import { type NamedParameter, type Optimizer, optimizerRegistry } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import '../src/index.js'

/** Values of tensors by name; null where there is none. */
export type Values = Readonly<Record<string, readonly number[] | null>>

/** The default options of every optimizer of the package, as PyTorch has them (Lion: as its authors have them). */
export const defaultOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  SGD: { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false },
  Adam: {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    amsgrad: false,
    maximize: false,
    decoupledWeightDecay: false,
  },
  AdamW: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 1e-2, amsgrad: false, maximize: false },
  RMSprop: {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    maximize: false,
  },
  Adagrad: { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10, maximize: false },
  Adadelta: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
  Adamax: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false },
  NAdam: {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
    maximize: false,
  },
  RAdam: {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    decoupledWeightDecay: false,
    maximize: false,
  },
  Lion: { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false },
}

export const optimizerTypes = Object.keys(defaultOptions)

export function build(type: string, params: readonly NamedParameter[], options: object = {}): Optimizer {
  return optimizerRegistry.build({ type, ...options }, params)
}

/** Variables of the given values, of shape `[length]` unless `shapes` says otherwise. */
export function makeParameters(
  values: Values,
  shapes: Readonly<Record<string, number[]>> = {},
): NamedParameter[] {
  return Object.entries(values).map(([name, list]) => {
    const numbers = [...(list ?? [])]
    return {
      name,
      variable: tf.tidy(() => tf.variable(tf.tensor(numbers, shapes[name] ?? [numbers.length]))),
    }
  })
}

/** One update with gradients of these values; parameters with null are left out. */
export function stepWith(
  optimizer: Optimizer,
  parameters: readonly NamedParameter[],
  gradients: Values,
): void {
  tf.tidy(() => {
    const tensors: Record<string, tf.Tensor> = {}
    for (const { name, variable } of parameters) {
      const values = gradients[name]
      if (values !== null && values !== undefined) tensors[name] = tf.tensor([...values], variable.shape)
    }
    optimizer.step(tensors)
  })
}

export function valuesOf(parameters: readonly NamedParameter[]): Record<string, number[]> {
  return Object.fromEntries(parameters.map(({ name, variable }) => [name, [...variable.dataSync()]]))
}

export function disposeAll(optimizer: Optimizer, parameters: readonly NamedParameter[]): void {
  optimizer.dispose()
  for (const { variable } of parameters) variable.dispose()
}
