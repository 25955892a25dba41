import './registry/built-ins.js'
import { packageInfo } from './package-info.js'

export { ArrayDataset, type ArrayField, gatherRows } from './data/array-dataset.js'
export { type Collate, defaultCollate } from './data/collate.js'
export { DataLoader, type DataLoaderSettings } from './data/data-loader.js'
export type { DataBatch, Dataset, DatasetRecipe, MaybePromise, Sample } from './data/dataset.js'
export { DefaultSampler, type DefaultSamplerOptions } from './data/default-sampler.js'
export { InfiniteSampler, type InfiniteSamplerOptions } from './data/infinite-sampler.js'
export type { BatchIterator } from './data/prefetching-iterator.js'
export { Random, withSeededMathRandom } from './data/random.js'
export type { IndexBlocks, Sampler, SamplerContext } from './data/sampler.js'
export type { ShapedArray } from './data/shaped-array.js'
export type { Dist } from './distributed/dist.js'
export { SingleProcess } from './distributed/single-process.js'
export {
  type Count,
  type CountText,
  type Duration,
  type DurationUnit,
  durationForms,
  type ParsedDuration,
  parseDuration,
  parseDurationText,
  type TimeText,
} from './duration/duration.js'
export { Interval, inIters, lengthOf, type ResolvedInterval, type RunLength } from './duration/interval.js'
export { type ClockState, RunClock } from './duration/run-clock.js'
export { type ArrayVariables, arrayVariables, type OpenValues } from './engine/array-variables.js'
export type { Engine } from './engine/engine.js'
export type { EngineConfig, EngineSettings } from './engine/engine-settings.js'
export {
  type NativeAttribute,
  type NativeId,
  NativeVariables,
  nativeVariables,
  ofFloats,
} from './engine/native-variables.js'
export { scoped } from './engine/scoped.js'
export { describeTensors, disposeTensors } from './engine/tensors.js'
export { type EngineName, type ReadyEngine, useEngine } from './engine/use-engine.js'
export { ConfigError, type ConfigIssue } from './errors/config-error.js'
export { HookError, type RunPlace, reasonOf } from './errors/hook-error.js'
export { HookloopError, hasCode } from './errors/hookloop-error.js'
export { InterruptedError, NonFiniteLossError, StepError } from './errors/run-errors.js'
export { Accuracy, type AccuracyOptions } from './evaluation/accuracy.js'
export { bestClasses, readClassNumbers } from './evaluation/class-numbers.js'
export { Evaluator } from './evaluation/evaluator.js'
export { type DatasetMeta, Metric, type MetricContext, type Metrics } from './evaluation/metric.js'
export {
  inferMetricRule,
  isBetterMetric,
  type MetricRule,
  type MetricRuleKeys,
  metricRules,
} from './evaluation/metric-rule.js'
export type { AnyIterable, OfflineData } from './evaluation/offline-batches.js'
export { type FieldReading, readTensor } from './evaluation/read-tensor.js'
export type { EventArguments, EventListener, EventListeners, HookEvents } from './events/hook-events.js'
export { type DefaultHookSlot, defaultHookSlots } from './hook/default-hooks.js'
export { HookDispatcher } from './hook/dispatcher.js'
export {
  everyNEpochs,
  everyNInnerIters,
  everyNTrainIters,
  isEndOfEpoch,
  isLastTrainEpoch,
  isLastTrainIter,
  nextOfEveryN,
} from './hook/every.js'
export { Hook, type HookResult } from './hook/hook.js'
export type { HookEntry } from './hook/hook-entry.js'
export type { HookObserver } from './hook/hook-observer.js'
export {
  type ExceptionOrigin,
  type HookPoint,
  type HookPoints,
  hookPoints,
  type Mode,
} from './hook/points.js'
export {
  type Priority,
  type PriorityName,
  priorities,
  priorityLabel,
  priorityNumber,
} from './hook/priority.js'
export { registerHook } from './hook/register-hook.js'
export { HistoryBuffer, registerStatistic, type Statistic } from './logging/history-buffer.js'
export {
  type CustomLogConfig,
  type LogEntry,
  LogProcessor,
  type LogProcessorOptions,
} from './logging/log-processor.js'
export { formatDateTime, formatMonthDayTime, Logger, type LogLevel, type LogSink } from './logging/logger.js'
export { MessageHub, type ScalarEntry } from './logging/message-hub.js'
export { modeKey } from './logging/mode-key.js'
export { formatDuration, formatExponent, formatFixed } from './logging/number-format.js'
export type { Recompilation, StepMemory } from './loop/compile-report.js'
export type { EvalStep } from './loop/eval-step.js'
export type { AverageKeeper, KeptAverage } from './loop/kept-average.js'
export type { EvalLoop, TrainLoop, TrainLoopContext } from './loop/loop.js'
export type {
  CompiledGraph,
  CompileMode,
  CompileReport,
  StepCompiler,
  StepCompilerContext,
  StepsPerCall,
} from './loop/step-compiler.js'
export type { TrainStep } from './loop/train-step.js'
export { BaseModel, type ForwardMode, type Losses } from './model/base-model.js'
export type { LoadReport, Model, ModuleInfo, Predictions, StepOutputs } from './model/model.js'
export type {
  Gradients,
  HasParamGroups,
  ModelParameters,
  NamedParameter,
  OptimStepListener,
  OptimWrapper,
  ParamGroup,
} from './optim/optim-wrapper.js'
export type { Optimizer, OptimizerParams } from './optim/optimizer.js'
export type { ParamScheduler, ParamSchedulers, SchedulerContext } from './optim/param-scheduler.js'
export { checkOptions, findIssues } from './registry/check-options.js'
export { hookApiVersion } from './registry/compatibility.js'
export type {
  DatasetConfigs,
  DefaultHookConfigs,
  HookConfig,
  HookConfigs,
  HookPlacement,
  MetricConfigs,
  ModelConfigs,
  OptimizerConfigs,
  OptimWrapperConfigs,
  ParamSchedulerConfigs,
  SamplerConfigs,
  TrainLoopConfigs,
  TypedConfig,
  VisBackendConfigs,
  VisualizerConfigs,
} from './registry/configs.js'
export { type KnownPackage, knownPackages } from './registry/known-packages.js'
export { didYouMean, nearestNames } from './registry/nearest.js'
export type { PackageInfo } from './registry/package-info.js'
export {
  datasetRegistry,
  type HookDetails,
  hookRegistry,
  loopRegistry,
  metricRegistry,
  modelRegistry,
  optimizerRegistry,
  optimWrapperRegistry,
  paramSchedulerRegistry,
  samplerRegistry,
  stepCompilerRegistry,
  visBackendRegistry,
  visualizerRegistry,
} from './registry/registries.js'
export { type Catalogue, type Registration, type RegistrationDetails, Registry } from './registry/registry.js'
export { typedIssues } from './runner/check-typed.js'
export { configText } from './runner/config-text.js'
export type {
  AutoScaleLrCfg,
  DataLoaderConfig,
  DefaultHooksConfig,
  EpochTrainCfg,
  EvaluatorConfig,
  IterTrainCfg,
  MaximumText,
  RandomnessCfg,
  RunnerOptions,
  TimeLimit,
  TrainCfg,
  ValidationPlan,
} from './runner/options.js'
export { resolvedConfig } from './runner/resolved-config.js'
export { Runner } from './runner/runner.js'
export { type CheckpointParts, captureCheckpoint } from './state/capture.js'
export type { Checkpoint, CheckpointMeta, LoopPosition } from './state/checkpoint.js'
export { checkpointChecksum, decodeCheckpoint, encodeCheckpoint } from './state/checkpoint-file.js'
export { loadStateDict } from './state/load-state-dict.js'
export {
  comparePackages,
  describeChange,
  type PackageChange,
  type Packages,
  packagesOf,
} from './state/packages.js'
export type { StateArray, StateDict, StateTree, StateValue } from './state/state-tree.js'
export { BackgroundWriter } from './storage/background-writer.js'
export { bytesOf } from './storage/bytes.js'
export { checkFilePath, checkNames, isFilePath } from './storage/file-path.js'
export { guardFile, type UnguardedFile } from './storage/guard-file.js'
export { MemoryStorage } from './storage/memory-storage.js'
export { normalizePath } from './storage/normalize-path.js'
export { joinPath, rootedPath } from './storage/rooted-path.js'
export { type Claim, type PendingFile, type Storage, writeChunks, writeFile } from './storage/storage.js'
export { LocalVisBackend, type LocalVisBackendOptions } from './visualization/local-vis-backend.js'
export type { VisBackend, VisContext } from './visualization/vis-backend.js'
export { Visualizer, type VisualizerOptions } from './visualization/visualizer.js'

/** Version of this package. */
export const version = packageInfo.version
