import type { ArrayDataset, DataBatch, Dataset, Random } from '@hookloop/core'
import { tensor } from '@tensorflow/tfjs-core'
import { side } from './digits.js'

/** Digits moved by up to `reach` pixels in each direction, anew each time they are drawn. */
export class ShiftedDigits implements Dataset {
  readonly length: number
  readonly metainfo: Readonly<Record<string, unknown>>

  constructor(
    private readonly digits: ArrayDataset,
    private readonly reach: number,
  ) {
    this.length = digits.length
    this.metainfo = digits.metainfo
  }

  getBatch(indices: readonly number[], random: Random): DataBatch {
    const { inputs, labels } = this.digits.fields
    const pixels = new Float32Array(indices.length * side * side)
    indices.forEach((index, place) => {
      const from = inputs?.values.subarray(index * side * side, (index + 1) * side * side) ?? []
      const to = pixels.subarray(place * side * side, (place + 1) * side * side)
      shift(from, to, random.integer(-this.reach, this.reach), random.integer(-this.reach, this.reach))
    })
    return {
      inputs: tensor(pixels, [indices.length, side, side, 1], 'float32'),
      labels: tensor(
        indices.map((index) => labels?.values[index] ?? 0),
        [indices.length],
        'int32',
      ),
    }
  }
}

/** Copies an image `dx` pixels to the right and `dy` down; what comes in from outside is 0. */
function shift(from: ArrayLike<number>, to: Float32Array, dx: number, dy: number): void {
  for (let y = Math.max(0, dy); y < Math.min(side, side + dy); y++) {
    for (let x = Math.max(0, dx); x < Math.min(side, side + dx); x++) {
      to[y * side + x] = from[(y - dy) * side + x - dx] ?? 0
    }
  }
}
