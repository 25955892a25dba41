import { engine, GatherV2, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core'

/**
 * Knows when a kernel of tfjs-node runs that reads a tensor and makes nothing of it: that of `gather`, which checks its indices.
 * A graph checks them by itself.
 */
export class ReadingKernels {
  #reads = false

  get reads(): boolean {
    return this.#reads
  }

  /** Runs an action, and knows meanwhile. */
  follow<Result>(action: () => Result): Result {
    const tfjs = engine()
    const runKernel = tfjs.runKernel.bind(tfjs)
    tfjs.runKernel = <Made extends Tensor | Tensor[]>(
      name: string,
      inputs: NamedTensorMap,
      attrs?: NamedAttrMap,
    ) => {
      const outer = this.#reads
      this.#reads = name === GatherV2
      try {
        return runKernel<Made>(name, inputs, attrs)
      } finally {
        this.#reads = outer
      }
    }
    try {
      return action()
    } finally {
      Reflect.deleteProperty(tfjs, 'runKernel')
    }
  }
}
