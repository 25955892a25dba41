import type { Collate } from '../data/collate.js'
import type { DataLoader } from '../data/data-loader.js'
import type { Dataset } from '../data/dataset.js'
import type { Sampler } from '../data/sampler.js'
import type { Dist } from '../distributed/dist.js'
import type { Engine } from '../engine/engine.js'
import type { EngineConfig } from '../engine/engine-settings.js'
import type { EngineName } from '../engine/use-engine.js'
import type { Evaluator } from '../evaluation/evaluator.js'
import type { Metric } from '../evaluation/metric.js'
import type { Hook } from '../hook/hook.js'
import type { LogProcessor, LogProcessorOptions } from '../logging/log-processor.js'
import type { LogLevel } from '../logging/logger.js'
import type { CompileMode, StepsPerCall } from '../loop/step-compiler.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamScheduler } from '../optim/param-scheduler.js'
import type {
  DatasetConfigs,
  DefaultHookConfigs,
  HookConfig,
  HookPlacement,
  MetricConfigs,
  ModelConfigs,
  OptimWrapperConfigs,
  ParamSchedulerConfigs,
  SamplerConfigs,
  TrainLoopConfigs,
  TypedConfig,
  VisualizerConfigs,
} from '../registry/configs.js'
import type { Storage } from '../storage/storage.js'

/** How to load a dataset. */
export interface DataLoaderConfig {
  readonly dataset: Dataset | TypedConfig<DatasetConfigs>
  /** Examples per batch. */
  readonly batchSize: number
  /** Default: DefaultSampler, which shuffles for training only. */
  readonly sampler?: Sampler | TypedConfig<SamplerConfigs>
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean
  /** Joins samples to a batch; default {@link defaultCollate}. */
  readonly collate?: Collate
  /** Batches fetched ahead where the dataset returns promises. Default 1. */
  readonly prefetch?: number
  /** Threads that load data while steps run; for datasets with a `recipe`, on Node. Default 0. */
  readonly numWorkers?: number
  /** Batches that each worker makes before they are due. Default 2. */
  readonly prefetchFactor?: number
  /** Workers stay until the run ends; otherwise each pass starts its own. Default true. */
  readonly persistentWorkers?: boolean
  /** Seconds to wait for a batch; then the run fails with `HL_DATA_TIMEOUT`. Default 0: without limit. */
  readonly timeout?: number
  /** Ends a pass after so many batches. */
  readonly numBatchPerEpoch?: number
}

/** When to validate; counts epochs or iterations, as the loop does. */
export interface ValidationPlan {
  /** Default 1 epoch or 1000 iterations; a last validation happens in any case. */
  readonly valInterval?: number
  /** No validation before it. Default 1. */
  readonly valBegin?: number
  /** From each milestone on (counted from 1) the interval becomes the one beside it. */
  readonly dynamicIntervals?: readonly (readonly [milestone: number, interval: number])[]
}

/** How training steps run. */
export interface Compilable {
  /** Default `'auto'`: as one native call where a package that does so is imported and the model is fit for it. */
  readonly compile?: CompileMode
  /**
   * So many compiled steps run as one call where no hook needs the steps between, with the same results. Default `'auto'`: 8 where
   * that is worth its loading time, otherwise 1.
   */
  readonly stepsPerCall?: StepsPerCall
}

export interface EpochTrainCfg extends ValidationPlan, Compilable {
  readonly type?: 'EpochBasedTrainLoop'
  readonly byEpoch?: true
  readonly maxEpochs: number
  readonly maxIters?: never
}

export interface IterTrainCfg extends ValidationPlan, Compilable {
  readonly type?: 'IterBasedTrainLoop'
  readonly byEpoch?: false
  readonly maxIters: number
  readonly maxEpochs?: never
}

/** The training loop: by epochs, by iterations (`byEpoch: false`), or a registered class of your own. */
export type TrainCfg = EpochTrainCfg | IterTrainCfg | TypedConfig<TrainLoopConfigs>

/** Seeds of a run. */
export interface RandomnessCfg {
  /** Default: drawn anew and logged. */
  readonly seed?: number
  /** Adds the rank, so that processes draw different numbers. Default false. */
  readonly diffRankSeed?: boolean
}

/** Multiplies learning rates by the real batch size over `baseBatchSize`. */
export interface AutoScaleLrCfg {
  /** Default false, as in MMEngine, whose configs often hold the batch size without being meant to be scaled. */
  readonly enable?: boolean
  readonly baseBatchSize: number
}

type SchedulerEntry = ParamScheduler | TypedConfig<ParamSchedulerConfigs>
type SchedulerEntries = SchedulerEntry | readonly SchedulerEntry[]
type MetricEntry = Metric | TypedConfig<MetricConfigs>

/** Metrics of a validation or a test. */
export type EvaluatorConfig = Evaluator | MetricEntry | readonly MetricEntry[]

/** The default hooks by slot: options change them, a config with a type replaces them, null removes them. */
export type DefaultHooksConfig = {
  readonly [Slot in keyof DefaultHookConfigs]?:
    | (DefaultHookConfigs[Slot] & HookPlacement & { readonly type?: never })
    | HookConfig
    | Hook
    | null
}

/** Everything a {@link Runner} can be told; names are MMEngine's in camelCase. */
export interface RunnerOptions {
  /** A model, a function that makes one (called once the engine is chosen, under the run's seed), or a config. */
  readonly model: Model | (() => Model | Promise<Model>) | TypedConfig<ModelConfigs>
  /** Checkpoints and logs go there. */
  readonly workDir: string
  readonly trainDataloader?: DataLoaderConfig | DataLoader
  readonly trainCfg?: TrainCfg
  readonly optimWrapper?: OptimWrapper | TypedConfig<OptimWrapperConfigs>
  /** One or a list, which each optimizer gets where there are several; or either by the names of optimizers. */
  readonly paramScheduler?: SchedulerEntries | Readonly<Record<string, SchedulerEntries>>
  readonly autoScaleLr?: AutoScaleLrCfg
  readonly valDataloader?: DataLoaderConfig | DataLoader
  readonly valEvaluator?: EvaluatorConfig
  readonly valCfg?: Readonly<Record<string, never>>
  readonly testDataloader?: DataLoaderConfig | DataLoader
  readonly testEvaluator?: EvaluatorConfig
  readonly testCfg?: Readonly<Record<string, never>>
  readonly defaultHooks?: DefaultHooksConfig
  readonly customHooks?: readonly (HookConfig | Hook)[]
  /** A checkpoint to start from (weights only), or with `resume` to go on from. */
  readonly loadFrom?: string
  /** Goes on from `loadFrom`, or from the newest checkpoint of `workDir`; from scratch where there is none. */
  readonly resume?: boolean
  readonly randomness?: RandomnessCfg
  readonly experimentName?: string
  readonly logLevel?: LogLevel
  readonly logProcessor?: LogProcessor | LogProcessorOptions
  /** Where values and pictures are shown; default the files under `vis_data`, by `LocalVisBackend`. */
  readonly visualizer?: TypedConfig<VisualizerConfigs>
  /**
   * `tfjs-node`, `wasm`, `cpu`, an engine of your own, or `auto`: a backend in use, else tfjs-node, else wasm where
   * `@hookloop/wasm` is installed, else one that is loaded, else cpu. `{ name: 'tfjs-node', intraOpThreads: 1, … }` loads
   * it with settings, `{ name: 'tfjs-node', settings: 'auto' }` with those that this program trains fastest with.
   */
  readonly engine?: 'auto' | EngineName | EngineConfig | Engine
  /** Default: the file system on Node, memory elsewhere. */
  readonly storage?: Storage
  /** Default: this process alone. */
  readonly dist?: Dist
  /** Ends training between two iterations on Ctrl-C, SIGTERM and SIGHUP, saving first. Default true. */
  readonly handleSignals?: boolean
  /**
   * Warns, once, where the number of tensors grows from iteration to iteration, and names the hook with its point, the step of
   * the model or the dataset that makes the surplus, with counts. For debugging: every tensor is followed, and each loss is
   * read at once. Default false, which costs nothing.
   */
  readonly trackLeaks?: boolean
  /** Lines on the console. Default true. */
  readonly console?: boolean
}
