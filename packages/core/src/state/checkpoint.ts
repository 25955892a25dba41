import type { ClockState } from '../duration/run-clock.js'
import type { StateDict, StateTree, StateValue } from './state-tree.js'

/** What is known about a checkpoint without looking at its tensors. */
export interface CheckpointMeta {
  /** Finished epochs. */
  epoch: number
  /** Finished iterations. */
  iter: number
  seed: number
  experimentName: string
  /** When it was saved, ISO 8601. */
  time: string
  hookloopVersion: string
  /** Name and version of every registered package in use. */
  packages: Record<string, string>
  /** Engine that trained it, such as `tensorflow 2.16.2`; other engines may give other bits. */
  engine: string
  /** Time that training took. */
  clock?: ClockState
  /** The config as JSON text, where the run was made from one. */
  cfg?: string
  /** Facts about the training dataset, where it has `metainfo`. */
  datasetMeta?: StateValue
}

/** Where exactly a run stands, so that it can go on with the next batch. */
export interface LoopPosition {
  epoch: number
  iter: number
  /** Batches of the running epoch that are done; 0 between epochs. */
  batchInEpoch: number
  /** The run was interrupted before or in a validation that still has to happen. */
  validationDue: boolean
}

/** A checkpoint in memory. Hooks may change and add entries before it is saved and after it is read. */
export interface Checkpoint {
  meta: CheckpointMeta
  /** Parameters and buffers of the model (with EMAHook: the averaged ones). */
  stateDict: StateDict
  messageHub?: StateTree
  optimizer?: StateTree
  paramSchedulers?: StateValue
  loop?: LoopPosition
  /** State of hooks by hook name. */
  hooks?: StateTree
  /** What hooks add, such as `emaStateDict`. */
  [extra: string]: unknown
}
