import type { Recompilation } from '@hookloop/core'
import { type UpdateKind, updateDifference } from './update-kind.js'

/** What a graph was made for. */
export interface GraphOrigin extends Pick<Recompilation, 'step' | 'batch' | 'afterSteps'> {
  /** What tells the forms of a step apart. */
  readonly key: string
  /** Counts the models of the run. */
  readonly model: number
  readonly update: UpdateKind
  /** Why the same form got another graph; undefined for its first. */
  readonly cause: string | undefined
}

/** So many are remembered. */
const most = 100

/** Knows why there is more than one graph of a step. */
export class Recompilations {
  /** The newest ones. */
  readonly all: Recompilation[] = []
  /** The newest graphs by step, by step and batch, and by key. */
  readonly #newest = new Map<string, GraphOrigin>()

  /** @returns why the graph was made; undefined for the first of its step */
  note(origin: GraphOrigin): string | undefined {
    const { step, batch, afterSteps } = origin
    const reason = this.#reasonFor(origin)
    for (const place of placesOf(origin)) this.#remember(place, origin)
    if (reason !== undefined) this.all.push({ step, batch, reason, afterSteps })
    if (this.all.length > most) this.all.shift()
    return reason
  }

  #remember(place: string, origin: GraphOrigin): void {
    this.#newest.delete(place)
    this.#newest.set(place, origin)
    const [oldest] = this.#newest.keys()
    if (this.#newest.size > most * placesOf(origin).length && oldest !== undefined)
      this.#newest.delete(oldest)
  }

  #reasonFor(origin: GraphOrigin): string | undefined {
    const [ofStep, ofBatch, ofKey] = placesOf(origin).map((place) => this.#newest.get(place))
    const last = ofKey ?? ofStep
    if (last === undefined) return undefined
    if (last.model !== origin.model) return 'another model was put in the place of the one before'
    if (ofKey !== undefined) return origin.cause ?? 'its graph had made room for newer ones'
    if (ofBatch === undefined) return `the batch was ${last.batch} before`
    return updateDifference(ofBatch.update, origin.update)
  }
}

function placesOf({ step, batch, key }: GraphOrigin): [string, string, string] {
  return [step, `${step}|${batch}`, `${step}|${batch}|${key}`]
}
