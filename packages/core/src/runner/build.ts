import { DataLoader } from '../data/data-loader.js'
import type { Dataset } from '../data/dataset.js'
import { DefaultSampler } from '../data/default-sampler.js'
import { Random, withSeededMathRandom } from '../data/random.js'
import type { Sampler } from '../data/sampler.js'
import type { Dist } from '../distributed/dist.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { Evaluator } from '../evaluation/evaluator.js'
import { Metric } from '../evaluation/metric.js'
import type { TrainLoop } from '../loop/loop.js'
import type { Model } from '../model/model.js'
import type { HasParamGroups, OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamScheduler, ParamSchedulers, SchedulerContext } from '../optim/param-scheduler.js'
import {
  datasetRegistry,
  loopRegistry,
  metricRegistry,
  modelRegistry,
  optimWrapperRegistry,
  paramSchedulerRegistry,
  samplerRegistry,
} from '../registry/registries.js'
import type { AutoScaleLrCfg, DataLoaderConfig, EvaluatorConfig, RunnerOptions, TrainCfg } from './options.js'
import type { Runner } from './runner.js'

/** A config with a type, as opposed to an object that was built already. */
export function isTypedConfig(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    'type' in value &&
    typeof value.type === 'string'
  )
}

/** Separates the random numbers of initial weights from all others of a run. */
const initStream = 21

/** The model of the options; initial weights drawn while it is made depend on the seed only. */
export async function buildModel(model: RunnerOptions['model'], seed: number): Promise<Model> {
  const random = new Random(seed, initStream)
  if (typeof model === 'function') return withSeededMathRandom(random, () => model())
  if (isTypedConfig(model)) return withSeededMathRandom(random, () => modelRegistry.build(model))
  return model
}

/** Draws initial weights, where the model wants to do that itself. */
export async function initWeights(model: Model, seed: number): Promise<void> {
  if (model.initWeights === undefined) return
  await withSeededMathRandom(new Random(seed, initStream, 1), () => model.initWeights?.())
}

export function buildDataLoader(
  config: DataLoaderConfig | DataLoader,
  dist: Dist,
  seed: number,
  shuffle: boolean,
): DataLoader {
  if (config instanceof DataLoader) return config
  const { dataset: datasetOrConfig, sampler: samplerOrConfig, ...rest } = config
  const dataset: Dataset = isTypedConfig(datasetOrConfig)
    ? datasetRegistry.build(datasetOrConfig)
    : datasetOrConfig
  const context = { dataset, dist, seed }
  let sampler: Sampler
  if (samplerOrConfig === undefined) sampler = new DefaultSampler(context, { shuffle })
  else
    sampler = isTypedConfig(samplerOrConfig)
      ? samplerRegistry.build(samplerOrConfig, context)
      : samplerOrConfig
  return new DataLoader({ ...rest, dataset, sampler, seed })
}

export function buildTrainLoop(runner: Runner, dataLoader: DataLoader, config: TrainCfg): TrainLoop {
  const { type, byEpoch, ...options } = { type: undefined, byEpoch: undefined, ...config }
  const name = type ?? (byEpoch === false ? 'IterBasedTrainLoop' : 'EpochBasedTrainLoop')
  return loopRegistry.build({ type: name, ...options }, { runner, dataLoader })
}

export function buildOptimWrapper(
  config: NonNullable<RunnerOptions['optimWrapper']>,
  model: Model,
): OptimWrapper {
  return isTypedConfig(config) ? optimWrapperRegistry.build(config, model) : config
}

/** Multiplies every learning rate by the real batch size over the one that it was chosen for. */
export function scaleLr(
  target: HasParamGroups,
  config: AutoScaleLrCfg | undefined,
  batchSize: number,
): number | undefined {
  if (config === undefined || config.enable === false) return undefined
  const factor = batchSize / config.baseBatchSize
  for (const group of target.paramGroups) group.lr *= factor
  return factor
}

export function buildParamSchedulers(
  config: RunnerOptions['paramScheduler'],
  target: HasParamGroups,
  context: SchedulerContext,
): ParamSchedulers {
  if (config === undefined) return []
  const build = (entry: unknown): ParamScheduler => {
    if (isTypedConfig(entry)) return paramSchedulerRegistry.build(entry, target, context)
    if (isScheduler(entry)) return entry
    throw new HookloopError('HL_SCHEDULER_TYPE', 'paramScheduler takes configs with a type, or schedulers')
  }
  if (Array.isArray(config)) return config.map(build)
  if (isTypedConfig(config) || isScheduler(config)) return [build(config)]
  return Object.fromEntries(Object.entries(config).map(([name, entries]) => [name, [...entries].map(build)]))
}

function isScheduler(value: unknown): value is ParamScheduler {
  return typeof value === 'object' && value !== null && 'step' in value && typeof value.step === 'function'
}

export function buildEvaluator(config: EvaluatorConfig): Evaluator {
  if (config instanceof Evaluator) return config
  const entries: readonly unknown[] = Array.isArray(config) ? config : [config]
  return new Evaluator(
    entries.map((entry) => {
      if (isTypedConfig(entry)) return metricRegistry.build(entry)
      if (entry instanceof Metric) return entry
      throw new HookloopError(
        'HL_METRIC_TYPE',
        'an evaluator takes configs with a type, or objects of class Metric',
      )
    }),
  )
}
