import type { Gradients } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import {
  abs,
  add,
  addN,
  clipByValue,
  div,
  max,
  minimum,
  mul,
  pow,
  type Scalar,
  scalar,
  sqrt,
  square,
  stack,
  sum,
} from '@tensorflow/tfjs-core'
import * as v from 'valibot'

/** Limits the common norm of all gradients. */
export interface ClipGradByNorm {
  readonly type?: 'norm'
  /** Gradients with a larger norm are scaled down to it. */
  readonly maxNorm: number
  /** Which norm: 2, 1, `Infinity` or another positive number. Default 2. */
  readonly normType?: number
}

/** Limits each element of each gradient. */
export interface ClipGradByValue {
  readonly type: 'value'
  /** Elements are cut to [-clipValue, clipValue]. */
  readonly clipValue: number
}

/** How gradients are limited before an update. */
export type ClipGradOptions = ClipGradByNorm | ClipGradByValue

const example = "{ maxNorm: 35 } or { type: 'value', clipValue: 0.5 }"

const byNorm = v.strictObject({
  type: v.optional(v.literal('norm', "must be 'norm' or 'value'")),
  maxNorm: above0('35'),
  normType: v.optional(above0('2')),
})

const byValue = v.strictObject({ type: v.literal('value'), clipValue: above0('0.5') })

export const clipGradSchema = v.pipe(
  v.looseObject({}, `must be an object such as ${example}`),
  v.lazy((options) => (isByValue(options) ? byValue : byNorm)),
)

/** Gradients that were clipped, and the norm before where it was by norm. */
export interface Clipped {
  readonly clipped: Gradients
  readonly norm?: Scalar
}

/**
 * Clips gradients. Runs inside a tfjs scope and reads no value.
 * @returns the clipped gradients and, when clipping by norm, the norm before it
 */
export function clipGradients(gradients: Gradients, options: ClipGradOptions): Clipped {
  if (options.type === 'value') {
    const { clipValue } = options
    return { clipped: mapGradients(gradients, (gradient) => clipByValue(gradient, -clipValue, clipValue)) }
  }
  const norm = normOf(Object.values(gradients), options.normType ?? 2)
  const factor = minimum(div(options.maxNorm, add(norm, 1e-6)), 1)
  return { clipped: mapGradients(gradients, (gradient) => mul(gradient, factor)), norm }
}

function normOf(gradients: readonly Tensor[], normType: number): Scalar {
  if (normType === Number.POSITIVE_INFINITY)
    return max<Scalar>(stack(gradients.map((gradient) => max(abs(gradient)))))
  if (normType === 2) return sqrt(total(gradients.map((gradient) => sum<Scalar>(square(gradient)))))
  const powers = gradients.map((gradient) => sum<Scalar>(pow(abs(gradient), scalar(normType))))
  return pow(total(powers), scalar(1 / normType))
}

function total(values: Scalar[]): Scalar {
  return addN(values)
}

function mapGradients(gradients: Gradients, change: (gradient: Tensor) => Tensor): Gradients {
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, change(gradient)]))
}

function above0(example: string) {
  const message = `must be a number above 0, such as ${example}`
  return v.pipe(v.number(message), v.gtValue(0, message))
}

function isByValue(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'type' in options && options.type === 'value'
}
