import type { Arithmetic } from './arithmetic.js'

/** Elements that belong together, or a number for all of them. */
export type Elements = Float32Array | number

/** So many elements are computed at a time: all that a rule makes of them stays in the nearest cache. */
export const blockSize = 1024

/**
 * Rules over blocks of elements. Each operation rounds to float32, as the same operation over tensors does. Results are valid
 * until `begin`.
 */
export class ArrayArithmetic implements Arithmetic<Elements> {
  readonly #blocks: Float32Array[] = []
  #used = 0
  #length = 0

  /** The next block begins, of so many elements; arrays may be longer. */
  begin(length: number): void {
    this.#length = length
    this.#used = 0
  }

  readonly add = (a: Elements, b: Elements): Elements => {
    const [left, out, length] = [this.#array(a), this.#next(), this.#length]
    if (typeof b === 'number') for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) + b
    else for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) + (b[i] ?? 0)
    return out
  }

  readonly sub = (a: Elements, b: Elements): Elements => {
    const [left, right, out, length] = [this.#array(a), this.#array(b), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) - (right[i] ?? 0)
    return out
  }

  readonly mul = (a: Elements, b: Elements): Elements => {
    const [left, out, length] = [this.#array(a), this.#next(), this.#length]
    if (typeof b === 'number') for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) * b
    else for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) * (b[i] ?? 0)
    return out
  }

  readonly div = (a: Elements, b: Elements): Elements => {
    const [left, right, out, length] = [this.#array(a), this.#array(b), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = (left[i] ?? 0) / (right[i] ?? 0)
    return out
  }

  readonly maximum = (a: Elements, b: Elements): Elements => {
    const [left, right, out, length] = [this.#array(a), this.#array(b), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = Math.max(left[i] ?? 0, right[i] ?? 0)
    return out
  }

  readonly neg = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = -(values[i] ?? 0)
    return out
  }

  readonly abs = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = Math.abs(values[i] ?? 0)
    return out
  }

  readonly sign = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = Math.sign(values[i] ?? 0)
    return out
  }

  readonly sqrt = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = Math.sqrt(values[i] ?? 0)
    return out
  }

  readonly square = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = (values[i] ?? 0) * (values[i] ?? 0)
    return out
  }

  readonly relu = (a: Elements): Elements => {
    const [values, out, length] = [this.#array(a), this.#next(), this.#length]
    for (let i = 0; i < length; i++) out[i] = Math.max(0, values[i] ?? 0)
    return out
  }

  #next(): Float32Array {
    const index = this.#used++
    const block = this.#blocks[index] ?? new Float32Array(blockSize)
    this.#blocks[index] = block
    return block
  }

  #array(values: Elements): Float32Array {
    return typeof values === 'number' ? this.#next().fill(values) : values
  }
}
