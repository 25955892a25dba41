import { platform } from '#platform'
import { DataLoader } from '../data/data-loader.js'
import type { Dataset } from '../data/dataset.js'
import { DefaultSampler } from '../data/default-sampler.js'
import type { Sampler } from '../data/sampler.js'
import type { Dist } from '../distributed/dist.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { Evaluator } from '../evaluation/evaluator.js'
import { Metric } from '../evaluation/metric.js'
import { LogProcessor } from '../logging/log-processor.js'
import type { Logger, LogSink } from '../logging/logger.js'
import type { TrainLoop } from '../loop/loop.js'
import type { CompileMode, StepCompiler, StepsPerCall } from '../loop/step-compiler.js'
import type { Model } from '../model/model.js'
import type { HasParamGroups, OptimWrapper } from '../optim/optim-wrapper.js'
import {
  datasetRegistry,
  loopRegistry,
  metricRegistry,
  optimWrapperRegistry,
  samplerRegistry,
  stepCompilerRegistry,
  visualizerRegistry,
} from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import type { VisContext } from '../visualization/vis-backend.js'
import type { Visualizer } from '../visualization/visualizer.js'
import type { AutoScaleLrCfg, DataLoaderConfig, EvaluatorConfig, RunnerOptions, TrainCfg } from './options.js'
import type { RunSeed } from './randomness.js'
import type { Runner } from './runner.js'

/** @param name key of the options; only `trainDataloader` shuffles where no sampler is given */
export function buildDataLoader(
  name: 'trainDataloader' | 'valDataloader' | 'testDataloader',
  config: DataLoaderConfig | DataLoader,
  dist: Dist,
  seed: RunSeed,
): DataLoader {
  if (config instanceof DataLoader) return config
  const { dataset: datasetOrConfig, sampler: samplerOrConfig, ...rest } = config
  const dataset: Dataset = isTypedConfig(datasetOrConfig)
    ? datasetRegistry.build(datasetOrConfig)
    : datasetOrConfig
  const context = { dataset, dist, seed: seed.common }
  let sampler: Sampler
  if (samplerOrConfig === undefined)
    sampler = new DefaultSampler(context, { shuffle: name === 'trainDataloader' })
  else
    sampler = isTypedConfig(samplerOrConfig)
      ? samplerRegistry.build(samplerOrConfig, context)
      : samplerOrConfig
  return new DataLoader({ ...rest, dataset, sampler, seed: seed.own, name })
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

/**
 * Multiplies every learning rate by the real batch size over the one that it was chosen for.
 * @returns the factor
 */
export function scaleLr(
  target: HasParamGroups,
  config: AutoScaleLrCfg | undefined,
  batchSize: number,
): number {
  if (config?.enable !== true) return 1
  const factor = batchSize / config.baseBatchSize
  for (const group of target.paramGroups) group.lr *= factor
  return factor
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

/** Process 0 writes on the console for all. @param name of the logger */
export function buildConsoleSink(
  { console }: Pick<RunnerOptions, 'console'>,
  { rank }: Dist,
  name: string,
): LogSink | undefined {
  return console === false || rank !== 0 ? undefined : platform.consoleSink(name)
}

export function buildLogProcessor(given: RunnerOptions['logProcessor']): LogProcessor {
  return given instanceof LogProcessor ? given : new LogProcessor(given)
}

/** As in MMEngine, process 0 shows things for all. */
export function buildVisualizer(
  config: RunnerOptions['visualizer'],
  { rank }: Dist,
  context: VisContext,
): Visualizer {
  const { type, ...options } = config ?? { type: 'Visualizer' }
  return visualizerRegistry.build({ type, ...options, ...(rank === 0 ? {} : { visBackends: [] }) }, context)
}

/** What compiles the training steps of a run; undefined where steps run eagerly. @throws `HL_COMPILE_MISSING` */
export function buildStepCompiler(
  mode: CompileMode,
  stepsPerCall: StepsPerCall,
  logger: Logger,
): StepCompiler | undefined {
  const compiler = mode === false ? undefined : compilerFor(mode, stepsPerCall, logger)
  if (compiler === undefined && stepsPerCall !== 'auto' && stepsPerCall > 1) {
    const reason = mode === false ? 'trainCfg.compile is false' : '@hookloop/compile is not imported'
    logger.warn(`trainCfg.stepsPerCall is ${stepsPerCall}, but steps run one by one: ${reason}`)
  }
  return compiler
}

function compilerFor(
  mode: Exclude<CompileMode, false>,
  stepsPerCall: StepsPerCall,
  logger: Logger,
): StepCompiler | undefined {
  const [registration] = stepCompilerRegistry.entries()
  if (registration !== undefined)
    return stepCompilerRegistry.build(registration, {
      ...{ mode, stepsPerCall, logger },
      settings: platform.nativeSettings(),
    })
  if (mode === 'auto') return undefined
  throw new HookloopError(
    'HL_COMPILE_MISSING',
    'trainCfg.compile is true, but nothing that compiles steps is imported. Run `npm install @hookloop/compile` and ' +
      "add `import '@hookloop/compile'`, or leave compile out",
  )
}
