import type { Tensor } from '@tensorflow/tfjs-core'
import type { Dist } from './dist.js'

/** One process that trains alone. */
export class SingleProcess implements Dist {
  readonly rank: number = 0
  readonly worldSize: number = 1

  async allReduceMean(tensor: Tensor): Promise<Tensor> {
    return tensor.clone()
  }

  async allGather<Value>(value: Value): Promise<Value[]> {
    return [value]
  }

  async broadcast<Value>(value: Value): Promise<Value> {
    return value
  }

  async barrier(): Promise<void> {}
}
