import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { BackendWasm } from './backend.js'

/** Terms of a sum that the products in the heap make before they add it to what is there. */
const partialSum = 256
/** Additions that a float32 may take in a row without losing digits. */
const additionsInARow = 256

/**
 * Sums of many terms that gather in part of an output. Before they lose digits they are moved to doubles, and that part
 * starts from zero again.
 */
export class LongSums {
  #totals: Float64Array | undefined
  #additions = 0

  constructor(
    private readonly backend: BackendWasm,
    private readonly output: TensorInfo,
    private readonly begin: number,
    private readonly length: number,
  ) {}

  /** Tells that a product summed so many terms into each value; or into one of `parts` equal parts of the values. */
  took(terms: number, parts = 1): void {
    this.#additions += Math.ceil(terms / partialSum) / parts
    if (this.#additions >= additionsInARow) this.#drain().fill(0)
  }

  /** Leaves the sums in the output. */
  finish(): void {
    if (this.#totals !== undefined) this.#drain().set(this.#totals)
  }

  #drain() {
    const values = this.backend.typedArrayFromHeap(this.output).subarray(this.begin, this.begin + this.length)
    this.#totals ??= new Float64Array(this.length)
    const totals = this.#totals
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + (values[i] ?? 0)
    this.#additions = 0
    return values
  }
}
