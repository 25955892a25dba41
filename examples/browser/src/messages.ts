import type { EngineChoice, Settings } from './settings.js'

/** What the page asks of the worker. */
export type ToWorker =
  | { readonly type: 'open'; readonly settings: Settings; readonly digitsUrl: string }
  /** Goes on from the saved checkpoint, or starts over. */
  | { readonly type: 'train'; readonly fresh: boolean }
  /** Ends training after this iteration, saved: `train` goes on exactly there. */
  | { readonly type: 'pause' }
  /** Ends training after this epoch, as a regular end. */
  | { readonly type: 'stopEarly' }
  /** Asks for the present state as a file; while training, that after the running iteration. */
  | { readonly type: 'save' }
  /** Puts a checkpoint in the place of the saved ones. */
  | { readonly type: 'load'; readonly file: CheckpointFile }
  /** Saves what could not be saved when training ended. */
  | { readonly type: 'keep' }

/** What the worker tells the page. */
export type FromWorker =
  | {
      readonly type: 'opened'
      readonly engine: EngineNote
      readonly samples: Samples
      /** Checkpoints outlive the page. */
      readonly isKept: boolean
    }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'curves'; readonly curves: Curves }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'predictions'; readonly predictions: Predictions }
  | { readonly type: 'tested'; readonly accuracy: number }
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'file'; readonly file: CheckpointFile }
  /** Something went wrong, and this is what the user should know of it. */
  | { readonly type: 'trouble'; readonly text: string }

/** Where the worker stands, and what it takes in each phase: what comes at another time came too late. */
export const phases = {
  loading: [],
  /** Another tab trains. */
  waiting: [],
  /** Nothing is saved. */
  new: ['train', 'load'],
  /** Something is saved, but none of it can be read. */
  unreadable: ['train', 'load'],
  /** A checkpoint is there to go on from. */
  saved: ['train', 'load', 'save'],
  starting: [],
  training: ['pause', 'stopEarly', 'save'],
  stopping: ['pause', 'save'],
  pausing: [],
  testing: [],
  /** Training came to a regular end, before its last epoch perhaps. */
  finished: ['train', 'load', 'save'],
  /** Training ended, and what was learned is in this page only. */
  unsaved: ['keep', 'train', 'load', 'save'],
  /** Checkpoints are being exchanged. */
  opening: [],
  failed: [],
} as const satisfies Record<string, readonly ToWorker['type'][]>

export type Phase = keyof typeof phases

export function takes(phase: Phase, type: ToWorker['type']): boolean {
  const taken: readonly ToWorker['type'][] = phases[phase]
  return taken.includes(type)
}

/** Iterations are being made or judged: a page that is closed now loses some of them. */
export function isRunning(phase: Phase): boolean {
  return ['starting', 'training', 'stopping', 'pausing', 'testing'].includes(phase)
}

export interface CheckpointFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface EngineNote {
  /** Such as `WebAssembly (tfjs 4.22.0), with SIMD`. */
  readonly name: string
  /** Why this one, and how to get a faster one. */
  readonly reason: string
  /** What it was chosen by: `auto` where the engine that was asked for cannot be started. */
  readonly choice: EngineChoice
}

/** The digits whose predictions the page shows. */
export interface Samples {
  /** 28 × 28 bytes each. */
  readonly pixels: Uint8Array<ArrayBuffer>
  readonly labels: readonly number[]
}

/** What the model says of the samples, in their order. */
export interface Predictions {
  readonly classes: readonly number[]
  /** Probabilities of the predictions. */
  readonly confidences: readonly number[]
}

/** Values over iterations. */
export interface Curves {
  /** Values from this iteration on (counted from 0) take the place of those before. */
  readonly from: number
  readonly loss: Float64Array<ArrayBuffer>
  readonly lr: Float64Array<ArrayBuffer>
  /** Of all validations: finished iterations and share of right answers. */
  readonly accuracy: readonly (readonly [iter: number, share: number])[]
}

/** Where a run stands; epochs and iterations are finished ones. */
export interface Progress {
  readonly epoch: number
  readonly maxEpochs: number
  readonly iter: number
  readonly maxIters: number
  /** Undefined before the first iteration. */
  readonly itersPerSecond?: number | undefined
  readonly secondsLeft?: number | undefined
}
