import type { Settings } from './settings.js'

/** What the page asks of the worker. */
export type ToWorker =
  | { readonly type: 'open'; readonly settings: Settings; readonly digitsUrl: string }
  /** Goes on from the saved checkpoint, or starts over. */
  | { readonly type: 'train'; readonly fresh: boolean }
  /** Ends training after this iteration, saved: `train` goes on exactly there. */
  | { readonly type: 'pause' }
  /** Ends training after this epoch, as a regular end. */
  | { readonly type: 'stopEarly' }
  /** Asks for the newest checkpoint as a file. */
  | { readonly type: 'save' }
  /** Puts a checkpoint in the place of the saved one. */
  | { readonly type: 'load'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }

/** What the worker tells the page. */
export type FromWorker =
  | {
      readonly type: 'opened'
      readonly engine: EngineNote
      readonly samples: Samples
      readonly keeps: Keeping
    }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'curves'; readonly curves: Curves }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'predictions'; readonly predictions: Predictions }
  | { readonly type: 'tested'; readonly accuracy: number }
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'failed'; readonly message: string }

export type Phase =
  | 'loading'
  /** Another tab trains. */
  | 'waiting'
  /** Nothing is saved. */
  | 'new'
  /** A checkpoint is there to go on from. */
  | 'saved'
  | 'training'
  | 'pausing'
  | 'stopping'
  | 'testing'
  | 'finished'
  | 'failed'

export interface EngineNote {
  /** Such as `WebAssembly (tfjs 4.22.0), with SIMD`. */
  readonly name: string
  /** Why this one, and how to get a faster one. */
  readonly reason: string
}

/** Whether checkpoints outlive the page, and why not. */
export type Keeping = { readonly kept: true } | { readonly kept: false; readonly reason: string }

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
  readonly itersPerSecond: number | undefined
  readonly secondsLeft: number | undefined
}
