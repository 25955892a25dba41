import type { Tensor } from '@tensorflow/tfjs-core'
import type { StateTree } from '../state/state-tree.js'
import type { HasParamGroups, NamedParameter, ParamGroup } from './optim-wrapper.js'

/** An optimizer as optimizer wrappers drive it. */
export interface Optimizer extends HasParamGroups {
  readonly paramGroups: ParamGroup[]
  /** Updates the parameters that have a gradient; neither keeps nor disposes the gradients. */
  step(gradients: Readonly<Record<string, Tensor>>): void
  stateDict(): StateTree
  /** Copies what it needs; the tensors of `state` live only during the call. */
  loadStateDict(state: StateTree): void
  dispose(): void
}

/** What an optimizer is built from: named parameters, or groups that override its options. */
export type OptimizerParams =
  | readonly NamedParameter[]
  | readonly (Partial<ParamGroup> & { readonly params: readonly NamedParameter[] })[]
