import { HookloopError, type MessageHub, type Metrics } from '@hookloop/core'
import { inferRule, isBetter } from './best-rule.js'
import type { BestRule, CheckpointHookOptions } from './options.js'

/** A metric whose best checkpoint is kept. */
export interface BestMetric {
  readonly name: string
  readonly rule: BestRule
  /** Keys of the message hub under which score and file are noted. */
  readonly scoreKey: string
  readonly pathKey: string
}

/** A metric that has just reached a new best score. */
export interface NewBest extends BestMetric {
  readonly score: number
}

/** Knows which metrics are watched, and when one of them is better than ever. */
export class BestCheckpoints {
  #metrics: readonly BestMetric[] | undefined

  /** @throws `HL_CHECKPOINT_RULE` when the name of a metric does not say what is better */
  constructor(private readonly options: CheckpointHookOptions) {
    const { saveBest } = options
    if (saveBest !== undefined && saveBest !== 'auto') this.#metrics = this.#watch(saveBest)
  }

  /** The metrics that are better than ever; `auto` takes the first one of the first validation. */
  newBests(metrics: Metrics, hub: Pick<MessageHub, 'getInfo'>): NewBest[] {
    const [first] = Object.keys(metrics)
    if (first === undefined) return []
    this.#metrics ??= this.#watch(first)
    return this.#metrics.flatMap((metric) => {
      if (!(metric.name in metrics)) throw unknownMetric(metric.name, metrics)
      const score = metrics[metric.name]
      const best = hub.getInfo(metric.scoreKey)
      const isNew =
        typeof score === 'number' && isBetter(metric.rule, score, typeof best === 'number' ? best : undefined)
      return isNew ? [{ ...metric, score }] : []
    })
  }

  #watch(saveBest: string | readonly string[]): BestMetric[] {
    const names = typeof saveBest === 'string' ? [saveBest] : saveBest
    return names.map((name, index) => {
      const suffix = names.length === 1 ? '' : `_${name}`
      const { rule } = this.options
      const given = typeof rule === 'string' ? rule : rule?.[index]
      const chosen = given ?? inferRule(name, this.options)
      return { name, rule: chosen, scoreKey: `best_score${suffix}`, pathKey: `best_ckpt${suffix}` }
    })
  }
}

function unknownMetric(name: string, metrics: Metrics): HookloopError {
  return new HookloopError(
    'HL_CHECKPOINT_METRIC',
    `saveBest watches the metric '${name}', but the validation gave ${Object.keys(metrics).join(', ')}; set saveBest to one of them`,
  )
}
