import { isBetterMetric, type MetricRule } from '@hookloop/core'

/** What is better, and how long to wait for it. */
export interface PatienceSettings {
  readonly rule: MetricRule
  /** From 0. */
  readonly minDelta: number
  readonly checkFinite: boolean
  readonly patience: number
  readonly stoppingThreshold: number | undefined
}

/** Follows the scores of one metric and says when there is nothing more to hope for. */
export class Patience {
  bestScore: number
  /** Scores in a row that were no improvement. */
  waitCount = 0
  /** The newest score; undefined before the first. */
  lastScore: number | undefined
  readonly #settings: PatienceSettings

  constructor(settings: PatienceSettings) {
    this.#settings = settings
    this.bestScore = settings.rule === 'greater' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /** Why a training that was brought here by the scores so far should not go on; undefined where it should. */
  get exhaustion(): string | undefined {
    const { rule, checkFinite, patience, stoppingThreshold } = this.#settings
    if (checkFinite && this.lastScore !== undefined && !Number.isFinite(this.lastScore))
      return `it is ${this.lastScore}`
    if (stoppingThreshold !== undefined && isBetterMetric(rule, this.bestScore, stoppingThreshold))
      return `its best value of ${this.bestScore} is ${rule} than the threshold of ${stoppingThreshold}`
    if (this.waitCount > 0 && this.waitCount >= patience)
      return `it did not improve in the last ${this.waitCount} validations`
    return undefined
  }

  /** @returns why training should stop; undefined to go on */
  add(name: string, score: number): string | undefined {
    const { rule, checkFinite, patience, stoppingThreshold } = this.#settings
    this.lastScore = score
    if (checkFinite && !Number.isFinite(score))
      return `${name} is ${score}, after a best value of ${this.bestScore}`
    if (stoppingThreshold !== undefined && isBetterMetric(rule, score, stoppingThreshold)) {
      this.bestScore = score
      return `${name} is ${score}, which is ${rule} than the threshold of ${stoppingThreshold}`
    }
    if (this.#isImprovement(score)) {
      this.bestScore = score
      this.waitCount = 0
      return undefined
    }
    this.waitCount += 1
    if (this.waitCount < patience) return undefined
    return `${name} did not improve in the last ${this.waitCount} validations; its best value is ${this.bestScore}`
  }

  // As in MMEngine a score that reaches the bar exactly is an improvement, and NaN where it is allowed.
  #isImprovement(score: number): boolean {
    const { rule, minDelta } = this.#settings
    const bar = this.bestScore + (rule === 'greater' ? minDelta : -minDelta)
    return !isBetterMetric(rule, bar, score)
  }
}
