import type { Optimizer, OptimizerConfigs, TypedConfig } from '@hookloop/core'
import { Optimizer as TfjsOptimizer } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { type ParamwiseCfg, paramwiseSchema } from '../paramwise/paramwise-cfg.js'
import { type ClipGradOptions, clipGradSchema } from './clip-gradients.js'

/** Options of {@link OptimWrapper}. */
export interface OptimWrapperOptions {
  /** A config such as `{ type: 'Adam', lr: 1e-3 }`, an optimizer of this package, or one of tfjs. */
  readonly optimizer: TypedConfig<OptimizerConfigs> | Optimizer | TfjsOptimizer
  /** Backward passes per update; their gradients are averaged. Default 1. */
  readonly accumulativeCounts?: number
  /** Limits gradients before each update. Default: they are taken as they are. */
  readonly clipGrad?: ClipGradOptions
  /** Learning rates and weight decays by kind of parameter; needs `optimizer` as a config. */
  readonly paramwiseCfg?: ParamwiseCfg
  /**
   * When the loss is NaN or infinite: `stop` throws before anything changes; `skip` leaves the pass out and
   * logs `skipped_steps`; `ignore` trains on and never reads the loss. Default `stop`.
   */
  readonly nonFiniteLoss?: 'stop' | 'skip' | 'ignore'
  /**
   * First parts of the names of the parameters to train, such as `head` for `head.kernel`. Default: all of the model,
   * and in an OptimWrapperDict those that begin with the name there.
   */
  readonly parameters?: readonly string[]
}

const places = "must be a list of first parts of parameter names, such as ['head']"
const counts = 'must be a whole number of at least 1, such as 4'

export const optimWrapperSchema = v.pipe(
  v.strictObject({
    optimizer: v.custom<OptimWrapperOptions['optimizer']>(
      (value) => isOptimizer(value) || isTypedConfig(value) || value instanceof TfjsOptimizer,
      "must be a config such as { type: 'Adam', lr: 0.001 }, an optimizer of @hookloop/optim or one of tf.train",
    ),
    accumulativeCounts: v.optional(v.pipe(v.number(counts), v.integer(counts), v.minValue(1, counts))),
    clipGrad: v.optional(clipGradSchema),
    paramwiseCfg: v.optional(paramwiseSchema),
    nonFiniteLoss: v.optional(v.picklist(['stop', 'skip', 'ignore'], "must be 'stop', 'skip' or 'ignore'")),
    parameters: v.optional(
      v.pipe(v.array(v.pipe(v.string(places), v.nonEmpty(places)), places), v.minLength(1, places)),
    ),
  }),
  v.forward(
    v.check(
      ({ optimizer, parameters }) => parameters === undefined || !isOptimizer(optimizer),
      'must be left out beside an optimizer that is made already: it holds its parameters',
    ),
    ['parameters'],
  ),
)

/** An optimizer by our contract, as opposed to a config. */
export function isOptimizer(value: unknown): value is Optimizer {
  return isObject(value) && 'step' in value && typeof value.step === 'function' && 'paramGroups' in value
}

export function isTypedConfig(value: unknown): value is { readonly type: string } {
  return isObject(value) && 'type' in value && typeof value.type === 'string'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
