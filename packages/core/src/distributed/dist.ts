import type { Tensor } from '@tensorflow/tfjs-core'

/** What hooks and loops need of several processes that train together. */
export interface Dist {
  /** This process, from 0. */
  readonly rank: number
  /** Number of processes. */
  readonly worldSize: number
  /** The mean of `tensor` over all processes; the caller owns the result. */
  allReduceMean(tensor: Tensor): Promise<Tensor>
  /** The values of all processes, by rank. */
  allGather<Value>(value: Value): Promise<Value[]>
  /** The value of process 0. */
  broadcast<Value>(value: Value): Promise<Value>
  /** Returns once every process has called it. */
  barrier(): Promise<void>
}
