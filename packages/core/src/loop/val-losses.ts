import { Tensor } from '@tensorflow/tfjs-core'
import { disposeTensors } from '../engine/tensors.js'
import type { Metrics } from '../evaluation/metric.js'
import type { Predictions } from '../model/model.js'

/**
 * Averages losses that a model attaches to its predictions: the last element of a list of predictions may be
 * `{ loss: { name: value } }`.
 */
export class ValLosses {
  readonly #sums = new Map<string, number>()
  readonly #counts = new Map<string, number>()

  constructor(private readonly mode: 'val' | 'test') {}

  /** Takes the losses off the predictions and remembers them. */
  async take(outputs: Predictions): Promise<Predictions> {
    if (!Array.isArray(outputs)) return outputs
    const losses = lossesOf(outputs.at(-1))
    if (losses === undefined) return outputs
    for (const [name, value] of Object.entries(losses)) await this.#add(name, value)
    return outputs.slice(0, -1)
  }

  /** Means over the batches by name, and their total `val_loss` or `test_loss`; empty without losses. */
  metrics(): Metrics {
    const metrics: Metrics = {}
    let total = 0
    for (const [name, sum] of this.#sums) {
      const mean = sum / (this.#counts.get(name) ?? 1)
      metrics[name] = mean
      if (name.includes('loss')) total += mean
    }
    return this.#sums.size === 0 ? {} : { ...metrics, [`${this.mode}_loss`]: total }
  }

  async #add(name: string, value: unknown): Promise<void> {
    for (const part of Array.isArray(value) ? value : [value]) {
      const number = part instanceof Tensor ? await meanOf(part) : Number(part)
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + number)
    }
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
}

async function meanOf(tensor: Tensor): Promise<number> {
  const values = await tensor.data()
  let sum = 0
  for (const value of values) sum += Number(value)
  disposeTensors(tensor)
  return sum / values.length
}

function lossesOf(element: unknown): Record<string, unknown> | undefined {
  if (typeof element !== 'object' || element === null || element instanceof Tensor) return undefined
  const keys = Object.keys(element)
  const loss: unknown = Reflect.get(element, 'loss')
  if (keys.length !== 1 || typeof loss !== 'object' || loss === null || loss instanceof Tensor)
    return undefined
  return { ...loss }
}
