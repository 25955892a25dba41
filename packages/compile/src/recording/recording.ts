import type { DataId, Variable } from '@tensorflow/tfjs-core'
import type { DrawnValues } from '../random/drawn-values.js'
import type { NativeAttr, NativeType, NumericValues } from '../tensorflow/native-backend.js'
import type { Template } from './template.js'

/** Where an operation takes an input from. */
export type Source =
  | { readonly from: 'node'; readonly index: number; readonly output: number }
  /** A tensor of the batch. */
  | { readonly from: 'batch'; readonly index: number }
  /** The value of a variable before the step. */
  | { readonly from: 'variable'; readonly index: number }
  /** A number of the optimizers' plans. */
  | { readonly from: 'factor'; readonly index: number }

/** Shape and type of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[]
  readonly dtype: NativeType
}

/** An operation that ran. */
export interface RecordedOp {
  readonly kind: 'op'
  readonly outputs: readonly TensorSpec[]
  readonly op: string
  readonly attrs: readonly NativeAttr[]
  readonly inputs: readonly Source[]
}

/** Values that came from JavaScript. */
export interface RecordedConst extends TensorSpec {
  readonly kind: 'const'
  readonly values: NumericValues
}

export type RecordedNode = RecordedOp | RecordedConst

/** What ran while a step was recorded, in its order. */
export interface Recording {
  readonly nodes: readonly RecordedNode[]
  /** What sources of variables count. */
  readonly variables: readonly Variable[]
  /** Data from outside of the step, which the nodes hold as constants. */
  readonly captured: readonly DataId[]
  /** The value that each written variable had at the end, by the variable's index. */
  readonly written: ReadonlyMap<number, Source>
  /** What the step returned. */
  readonly outputs: Template
  readonly passes: readonly RecordedPass[]
  /** Constants that are drawn anew in each step. */
  readonly drawn: readonly DrawnValues[]
  /**
   * What the step does beside it that a graph would leave out, in words that go on after "because". Where it was rehearsed for the
   * first time, that may have been to make what it finds from then on.
   */
  readonly leftOut: string | undefined
  /** The most bytes of what it made that were there at once, without the new values of variables. */
  readonly peakBytes: number
}

/** One call of `updateParams`. */
export interface RecordedPass {
  /** Which of the optimizers. */
  readonly optimizer: number
  readonly loss: Source
  readonly logValues: Readonly<Record<string, Source>>
  /** Parameters with a gradient. */
  readonly names: readonly string[]
}
