import { keep, type Scalar, scalar } from '@tensorflow/tfjs-core'

/**
 * Scalar tensors by value. An operation that is given a JS number uploads it anew each time, which costs about
 * as much as the operation itself.
 */
export class ScalarCache {
  readonly #scalars = new Map<number, Scalar>()

  of(value: number): Scalar {
    let cached = this.#scalars.get(value)
    if (cached === undefined) {
      cached = keep(scalar(value, 'float32'))
      this.#scalars.set(value, cached)
    }
    return cached
  }

  clear(): void {
    for (const cached of this.#scalars.values()) cached.dispose()
    this.#scalars.clear()
  }
}
