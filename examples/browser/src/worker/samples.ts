import { type ArrayDataset, type Model, scoped } from '@hookloop/core'
import { side } from '@hookloop-examples/mnist/digits'
import { Tensor, tensor } from '@tensorflow/tfjs-core'
import type { Predictions, Samples } from '../messages.js'

const count = 60
const size = side * side

/** Digits that training never sees, and what a model says of them. */
export class SampleDigits {
  readonly samples: Samples
  readonly #inputs: Tensor

  constructor(digits: ArrayDataset) {
    const { inputs, labels } = digits.fields
    // The classes lie one after the other; steps by the golden section take all of them, well mixed.
    const indices = Array.from({ length: count }, (_, index) => (index * 617) % digits.length)
    const pixels = new Float32Array(count * size)
    indices.forEach((from, to) => {
      pixels.set(inputs?.values.subarray(from * size, (from + 1) * size) ?? [], to * size)
    })
    this.samples = {
      pixels: Uint8Array.from(pixels, (value) => Math.round(value * 255)),
      labels: indices.map((index) => labels?.values[index] ?? 0),
    }
    this.#inputs = tensor(pixels, [count, side, side, 1], 'float32')
  }

  /** @param within looks at the model, in the state that is to be seen */
  async predict(model: Model, within = <Seen>(look: () => Seen): Seen => look()): Promise<Predictions> {
    const scores = within(() => scoped(() => model.testStep?.({ inputs: this.#inputs })))
    if (!(scores instanceof Tensor)) throw new TypeError('the model must give one tensor of probabilities')
    const values = await scores.data().finally(() => scores.dispose())
    const rows = Array.from({ length: count }, (_, row) => [...values.subarray(row * 10, (row + 1) * 10)])
    const confidences = rows.map((row) => Math.max(...row))
    return { classes: rows.map((row, place) => row.indexOf(confidences[place] ?? 0)), confidences }
  }
}
