import type { PriorityName } from '../hook/priority.js'
import type { LocalVisBackendOptions } from '../visualization/local-vis-backend.js'
import type { VisualizerOptions } from '../visualization/visualizer.js'

/*
 * Interfaces that packages augment, so that a config is checked and completed by exactly what is installed:
 *
 *   declare module '@hookloop/core' {
 *     interface HookConfigs { EMAHook: EMAHookOptions }
 *   }
 */

// biome-ignore-start lint/suspicious/noEmptyInterface: made to be augmented by packages
/** Options of hooks by name. */
export interface HookConfigs {}
/** Options of the default hooks by slot. */
export interface DefaultHookConfigs {}
/** Options of optimizers by name. */
export interface OptimizerConfigs {}
/** Options of optimizer wrappers by name. */
export interface OptimWrapperConfigs {}
/** Options of parameter schedulers by name. */
export interface ParamSchedulerConfigs {}
/** Options of models by name. */
export interface ModelConfigs {}
/** Options of datasets by name. */
export interface DatasetConfigs {}
/** Options of training loops of your own by name. */
export interface TrainLoopConfigs {}
// biome-ignore-end lint/suspicious/noEmptyInterface: made to be augmented by packages

/** Options of samplers by name. */
export interface SamplerConfigs {
  DefaultSampler: { shuffle?: boolean; seed?: number; roundUp?: boolean }
  InfiniteSampler: { shuffle?: boolean; seed?: number }
}

/** Options of metrics by name. */
export interface MetricConfigs {
  Accuracy: { topk?: number | readonly number[]; labels?: string; scores?: string; prefix?: string }
}

/** Options of visualizers by name. */
export interface VisualizerConfigs {
  Visualizer: VisualizerOptions
}

/** Options of visualizer backends by name. */
export interface VisBackendConfigs {
  LocalVisBackend: LocalVisBackendOptions
}

/** `{ type: Name, ...options }` for every name of a map of options. */
export type TypedConfig<Configs> = {
  [Name in keyof Configs & string]: { readonly type: Name } & Configs[Name]
}[keyof Configs & string]

/** What every hook config may hold besides its own options. */
export interface HookPlacement {
  /** Wins over the hook's own priority. */
  readonly priority?: PriorityName | Lowercase<PriorityName> | number
  /** Name of a hook of equal priority that this one must precede. */
  readonly before?: string
  /** Name of a hook of equal priority that this one must follow. */
  readonly after?: string
}

/** A hook as `customHooks` takes it: options of an installed hook and where it runs. */
export type HookConfig = TypedConfig<HookConfigs> & HookPlacement
