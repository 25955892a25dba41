import {
  HookloopError,
  inferMetricRule,
  type MetricRule,
  type MetricRuleKeys,
  type Metrics,
  nearestNames,
} from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** A metric whose best value is kept. */
export interface WatchedMetric {
  readonly metric: string
  readonly rule: MetricRule
  /** Where the hub has its best value. */
  readonly scoreKey: string
  /** Where the hub has the path of its best checkpoint. */
  readonly fileKey: string
}

/** The metrics whose best checkpoints are kept. */
export class WatchedMetrics {
  /** What `auto` turned out to be; undefined until the first validation. */
  chosen: string | undefined

  /**
   * @param names names of metrics, or `auto` alone
   * @param rule one for all, one per name, or undefined where names tell it
   */
  constructor(
    private readonly names: readonly string[],
    private readonly rule: MetricRule | readonly MetricRule[] | undefined,
    private readonly keys: MetricRuleKeys,
  ) {}

  /** Keys of the hub under which the paths of best checkpoints are. */
  get fileKeys(): string[] {
    return this.names.map((name) => this.#key('best_ckpt', name))
  }

  /**
   * What to look at in the results of a validation; settles what `auto` means.
   * @throws `HL_CHECKPOINT_RULE` when `auto` met a name that tells no rule
   */
  in(metrics: Metrics): WatchedMetric[] {
    return this.names.map((name, index) => {
      const metric = name === 'auto' ? this.#choose(metrics) : name
      return {
        metric,
        rule: this.#ruleOf(metric, index),
        scoreKey: this.#key('best_score', metric),
        fileKey: this.#key('best_ckpt', metric),
      }
    })
  }

  #choose(metrics: Metrics): string {
    this.chosen ??= Object.keys(metrics)[0] ?? 'auto'
    return this.chosen
  }

  // A single metric needs no name in the hub, as in MMEngine.
  #key(key: string, metric: string): string {
    return this.names.length === 1 ? key : `${key}_${metric}`
  }

  #ruleOf(metric: string, index: number): MetricRule {
    const given = typeof this.rule === 'object' ? (this.rule[index] ?? this.rule[0]) : this.rule
    const rule = given ?? inferMetricRule(metric, this.keys)
    if (rule !== undefined) return rule
    throw new HookloopError(
      'HL_CHECKPOINT_RULE',
      `saveBest is 'auto' and the first metric is '${metric}', which does not tell whether more or less is ` +
        "better; add rule: 'greater' or rule: 'less', or name another metric",
    )
  }
}

/**
 * The value of a metric, read from the device where it is a tensor; undefined where there is none to compare.
 * @throws `HL_CHECKPOINT_METRIC` when the results lack it, or it is not a single number
 */
export async function scoreOf(metrics: Metrics, metric: string): Promise<number | undefined> {
  if (!(metric in metrics)) throw unknownMetric(metric, Object.keys(metrics))
  const value = metrics[metric]
  if (value === null || value === undefined) return undefined
  if (typeof value === 'number') return value
  if (value instanceof Tensor && value.size === 1) return Number((await value.data())[0])
  throw new HookloopError(
    'HL_CHECKPOINT_METRIC',
    `saveBest names the metric '${metric}', which is ${typeof value === 'object' ? 'an object' : `a ${typeof value}`}; ` +
      'only single numbers can be compared',
  )
}

function unknownMetric(metric: string, present: readonly string[]): HookloopError {
  const wanted = metric.toLowerCase()
  const parts = present.filter((name) => name.toLowerCase().includes(wanted))
  const [nearest] = [...nearestNames(metric, present), ...parts]
  const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`
  return new HookloopError(
    'HL_CHECKPOINT_METRIC',
    `saveBest names the metric '${metric}', but the validation gave ${present.join(', ')}.${hint} ` +
      "Name one of these, or use 'auto' for the first",
  )
}
