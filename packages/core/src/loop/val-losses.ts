import { Tensor } from '@tensorflow/tfjs-core'
import type { Dist } from '../distributed/dist.js'
import type { Metrics } from '../evaluation/metric.js'
import type { Predictions } from '../model/model.js'

/** Values of one name over the batches so far. */
interface LossSum {
  readonly sum: number
  readonly count: number
}

/**
 * Averages losses that a model attaches to its predictions: the last element of a list of predictions may be
 * `{ loss: { name: value } }`.
 */
export class ValLosses {
  readonly #sums = new Map<string, LossSum>()

  constructor(private readonly mode: 'val' | 'test') {}

  /** Remembers the losses among the predictions. @returns the predictions without them; the tensors stay the caller's */
  async take(outputs: Predictions): Promise<Predictions> {
    if (!Array.isArray(outputs)) return outputs
    const losses = lossesOf(outputs.at(-1))
    if (losses === undefined) return outputs
    for (const [name, value] of Object.entries(losses)) await this.#add(name, value)
    return outputs.slice(0, -1)
  }

  /**
   * Means over the batches of all processes by name, and their total `val_loss` or `test_loss`; empty without
   * losses.
   */
  async metrics(dist: Pick<Dist, 'allGather'>): Promise<Metrics> {
    const totals = new Map<string, LossSum>()
    for (const entries of await dist.allGather([...this.#sums])) {
      for (const [name, { sum, count }] of entries) {
        const total = totals.get(name)
        totals.set(name, { sum: sum + (total?.sum ?? 0), count: count + (total?.count ?? 0) })
      }
    }
    if (totals.size === 0) return {}
    const means = [...totals].map(([name, { sum, count }]) => [name, sum / count] as const)
    const total = means.reduce((sum, [name, mean]) => (name.includes('loss') ? sum + mean : sum), 0)
    return { ...Object.fromEntries(means), [`${this.mode}_loss`]: total }
  }

  async #add(name: string, value: unknown): Promise<void> {
    let { sum, count } = this.#sums.get(name) ?? { sum: 0, count: 0 }
    for (const part of Array.isArray(value) ? value : [value]) {
      sum += part instanceof Tensor ? await meanOf(part) : Number(part)
    }
    count += 1
    this.#sums.set(name, { sum, count })
  }
}

async function meanOf(tensor: Tensor): Promise<number> {
  const values = await tensor.data()
  let sum = 0
  for (const value of values) sum += Number(value)
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
