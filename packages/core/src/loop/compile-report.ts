/** Why a further graph of a step was made. */
export interface Recompilation {
  readonly step: 'trainStep' | 'valStep' | 'testStep'
  /** Such as `inputs: float32 [32, 784], labels: int32 [32]`. */
  readonly batch: string
  /** Such as `the batch was inputs: float32 [64, 784], labels: int32 [64] before`. */
  readonly reason: string
  /** Training steps that were made before. */
  readonly afterSteps: number
}

/**
 * Bytes of what a step computes on its way, at the worst moment: activations, gradients and all between them. Parameters,
 * optimizer state and the batch are not among them, which take the same either way. Both are counted by the recorded
 * operations, because native libraries do not tell what they hold.
 */
export interface StepMemory {
  /** What TensorFlow.js held at once when the step was rehearsed operation by operation. */
  readonly eagerBytes: number
  /**
   * What the graph needs where each result is freed after its last use, in the order of the recording. An estimate:
   * TensorFlow also writes results in the place of inputs (less), and runs ahead on several threads (more).
   */
  readonly compiledBytes: number
}
