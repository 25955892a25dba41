import type { Gradients } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'

/** What is said of the gradients of one layer. */
export const statistics = ['norm', 'mean', 'std', 'zeros', 'nonFinite'] as const

/**
 * Scalars, still on the device; the caller owns them. `norm` (Euclidean), `mean`, `std` and `zeros` (a share from 0 to 1)
 * are those of the finite gradients, `nonFinite` is the number of the others.
 */
export type GradientStatistics = Record<(typeof statistics)[number], tf.Scalar>

/** @param gradients of one layer, of any shapes */
export function gradientStatistics(gradients: readonly tf.Tensor[]): GradientStatistics {
  return tf.tidy(() => {
    const all = tf.concat1d(gradients.map((gradient) => tf.reshape<tf.Rank.R1>(gradient, [-1])))
    // Infinities and NaN are the only numbers whose difference with themselves is not 0; every engine knows that.
    const isNumber = tf.equal(tf.sub(all, all), 0)
    const finite = tf.where(isNumber, all, tf.zerosLike(all))
    const count = tf.maximum(countOf(isNumber), 1)
    const mean = tf.div<tf.Scalar>(tf.sum(finite), count)
    const deviations = tf.where(isNumber, tf.sub(finite, mean), tf.zerosLike(all))
    return {
      norm: tf.sqrt(sumOfSquares(finite)),
      mean,
      std: tf.sqrt(tf.div<tf.Scalar>(sumOfSquares(deviations), count)),
      zeros: tf.div<tf.Scalar>(countOf(tf.equal(all, 0)), count),
      nonFinite: countOf(tf.logicalNot(isNumber)),
    }
  })
}

/** Gradients by layer: what is before the last part of a parameter's name, `conv1` of `conv1.bias` and `conv1/kernel`. */
export function byLayer(gradients: Gradients): Map<string, tf.Tensor[]> {
  const layers = new Map<string, tf.Tensor[]>()
  for (const [parameter, gradient] of Object.entries(gradients)) {
    const layer = parameter.replace(/[./][^./]*$/, '')
    const present = layers.get(layer)
    if (present === undefined) layers.set(layer, [gradient])
    else present.push(gradient)
  }
  return layers
}

function countOf(flags: tf.Tensor): tf.Scalar {
  return tf.sum<tf.Scalar>(tf.cast(flags, 'float32'))
}

function sumOfSquares(values: tf.Tensor): tf.Scalar {
  return tf.sum<tf.Scalar>(tf.square(values))
}
