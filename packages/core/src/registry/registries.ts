import type { Dataset } from '../data/dataset.js'
import type { Sampler, SamplerContext } from '../data/sampler.js'
import type { Metric } from '../evaluation/metric.js'
import type { DefaultHookSlot } from '../hook/default-hooks.js'
import type { Hook } from '../hook/hook.js'
import type { TrainLoop, TrainLoopContext } from '../loop/loop.js'
import type { StepCompiler, StepCompilerContext } from '../loop/step-compiler.js'
import type { Model } from '../model/model.js'
import type { HasParamGroups, ModelParameters, OptimWrapper } from '../optim/optim-wrapper.js'
import type { Optimizer, OptimizerParams } from '../optim/optimizer.js'
import type { ParamScheduler, SchedulerContext } from '../optim/param-scheduler.js'
import type { VisBackend, VisContext } from '../visualization/vis-backend.js'
import type { Visualizer } from '../visualization/visualizer.js'
import type { PackageInfo } from './package-info.js'
import { type RegistrationDetails, Registry } from './registry.js'

/** What is known of a registered hook. */
export interface HookDetails extends RegistrationDetails {
  /** The default slot that this hook fills once its package is imported. */
  readonly slot: DefaultHookSlot
  /** Options that the hook has in its slot where the config says nothing else. */
  readonly slotDefaults: Readonly<Record<string, unknown>>
  /** Options as the hook takes them where a config says nothing; kept with each run, for people to read. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** Names of hooks that must be in the run too. */
  readonly requires: readonly string[]
}

/** Hooks; packages use {@link registerHook}. */
export const hookRegistry = new Registry<Hook, [], HookDetails>('hook')
/** Training loops, by the names that configs use. */
export const loopRegistry = new Registry<TrainLoop, [context: TrainLoopContext]>('loop')
/** What runs training steps in another way than one operation at a time; the first that is there is used. */
export const stepCompilerRegistry = new Registry<StepCompiler, [context: StepCompilerContext]>(
  'step compiler',
)
/** Models, by the names that configs use. */
export const modelRegistry = new Registry<Model>('model')
/** Datasets, by the names that configs use. */
export const datasetRegistry = new Registry<Dataset>('dataset')
/** Samplers, by the names that configs use. */
export const samplerRegistry = new Registry<Sampler, [context: SamplerContext]>('sampler')
/** Metrics, by the names that configs use. */
export const metricRegistry = new Registry<Metric>('metric')
/** Optimizers, by the names that configs use. */
export const optimizerRegistry = new Registry<Optimizer, [params: OptimizerParams]>('optimizer')
/** Optimizer wrappers, by the names that configs use. */
export const optimWrapperRegistry = new Registry<OptimWrapper, [model: ModelParameters]>('optimizer wrapper')
/** Learning rate and momentum schedulers, by the names that configs use. */
export const paramSchedulerRegistry = new Registry<
  ParamScheduler,
  [target: HasParamGroups, context: SchedulerContext]
>('parameter scheduler')
/** Visualizers, by the names that configs use. */
export const visualizerRegistry = new Registry<Visualizer, [context: VisContext]>('visualizer')
/** Backends of visualizers, by the names that configs use. */
export const visBackendRegistry = new Registry<VisBackend, [context: VisContext]>('visualizer backend')

/** All of them, to ask which package a thing comes from. */
export const allRegistries: readonly {
  of(instance: object): { readonly packageInfo: PackageInfo } | undefined
  entries(): Iterable<{ readonly packageInfo: PackageInfo }>
}[] = [
  ...[hookRegistry, loopRegistry, modelRegistry, datasetRegistry, samplerRegistry, metricRegistry],
  ...[optimWrapperRegistry, optimizerRegistry, paramSchedulerRegistry, stepCompilerRegistry],
  ...[visualizerRegistry, visBackendRegistry],
]
