import type { Collate } from '../data/collate.js'
import type { DataLoader } from '../data/data-loader.js'
import type { Dataset } from '../data/dataset.js'
import type { Sampler } from '../data/sampler.js'
import type { Dist } from '../distributed/dist.js'
import type { Count, Duration, TimeText } from '../duration/duration.js'
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
  /** What is loaded. */
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

/** When to validate; numbers count epochs or iterations, as the loop does. */
export interface ValidationPlan {
  /** Such as 2, `'0.5ep'`, `'500it'` or `'30min'`. Default 1 epoch or 1000 iterations; a last validation happens in any case. */
  readonly valInterval?: Duration
  /** No validation before so many finished epochs or iterations; also as `'500it'` or `'10%'`. Default: from the beginning. */
  readonly valBegin?: Count
  /** From each milestone on (counted from 1) the interval becomes the one beside it. */
  readonly dynamicIntervals?: readonly (readonly [milestone: number, interval: Duration])[]
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

/** Where training ends, besides its last epoch or iteration. */
export interface TimeLimit {
  /**
   * Ends training between two iterations once it has taken so long, in seconds or as `'90min'`, `'2h'`, `'1d12h'`; the time of
   * earlier parts of a resumed run counts. It is a regular end, saved so that a resume goes on exactly there. Default: no limit.
   */
  readonly maxTime?: number | TimeText
}

/** A length of a run, in epochs or iterations. */
export type MaximumText = `${number}${'ep' | 'it'}`

/** Training by epochs. */
export interface EpochTrainCfg extends ValidationPlan, Compilable, TimeLimit {
  /** Its loop; may be left out. */
  readonly type?: 'EpochBasedTrainLoop'
  /** May be left out. */
  readonly byEpoch?: true
  /** Epochs, also as `'12ep'`; `'5000it'` ends after so many iterations, in the middle of an epoch where they fall there. */
  readonly maxEpochs: number | MaximumText
  /** Belongs to training by iterations. */
  readonly maxIters?: never
}

/** Training by iterations. */
export interface IterTrainCfg extends ValidationPlan, Compilable, TimeLimit {
  /** Its loop; or say `byEpoch: false`. */
  readonly type?: 'IterBasedTrainLoop'
  /** Says without `type` that iterations count. */
  readonly byEpoch?: false
  /** Iterations, also as `'5000it'`; `'3ep'` are as many as three passes over the data take. */
  readonly maxIters: number | MaximumText
  /** Belongs to training by epochs. */
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
  /** The batch size that the learning rates were chosen for. */
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
  /** What is trained on; belongs together with `trainCfg` and `optimWrapper`. */
  readonly trainDataloader?: DataLoaderConfig | DataLoader
  /** How long, and when to validate. */
  readonly trainCfg?: TrainCfg
  /** The optimizer, with accumulation and clipping. */
  readonly optimWrapper?: OptimWrapper | TypedConfig<OptimWrapperConfigs>
  /** One or a list, which each optimizer gets where there are several; or either by the names of optimizers. */
  readonly paramScheduler?: SchedulerEntries | Readonly<Record<string, SchedulerEntries>>
  /** Fits learning rates to the real batch size. */
  readonly autoScaleLr?: AutoScaleLrCfg
  /** What is validated on; belongs together with `valEvaluator`. */
  readonly valDataloader?: DataLoaderConfig | DataLoader
  /** Metrics of validations. */
  readonly valEvaluator?: EvaluatorConfig
  /** May be left out; for configs that have it. */
  readonly valCfg?: Readonly<Record<string, never>>
  /** What is tested on; belongs together with `testEvaluator`. */
  readonly testDataloader?: DataLoaderConfig | DataLoader
  /** Metrics of tests. */
  readonly testEvaluator?: EvaluatorConfig
  /** May be left out; for configs that have it. */
  readonly testCfg?: Readonly<Record<string, never>>
  /** Options of the default hooks by slot. */
  readonly defaultHooks?: DefaultHooksConfig
  /** Further hooks, as objects or configs. */
  readonly customHooks?: readonly (HookConfig | Hook)[]
  /** A checkpoint to start from (weights only), or with `resume` to go on from. */
  readonly loadFrom?: string
  /** Goes on from `loadFrom`, or from the newest checkpoint of `workDir`; from scratch where there is none. */
  readonly resume?: boolean
  /** Seeds. Default: one that is drawn and logged. */
  readonly randomness?: RandomnessCfg
  /** Before the timestamp in the name of the experiment. */
  readonly experimentName?: string
  /** What is less important is not logged. Default `INFO`. */
  readonly logLevel?: LogLevel
  /** How log lines are made. */
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
  /**
   * Makes so many batches of training, then of validation (and of a test, where `runner.test()` is called), to see that all
   * code runs; true is 1. Everything takes part, nothing is written to disk, nothing is resumed. Default false.
   */
  readonly fastDevRun?: boolean | number
  /**
   * Validates so many batches before training, so that a broken validation shows at once; hooks do not hear of it and
   * nothing is kept of it. Not in a resumed run. Default 0: none.
   */
  readonly sanityVal?: number
  /** Seconds from any begin, for durations that are times and for `maxTime`. Default `performance.now() / 1000`. */
  readonly now?: () => number
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
