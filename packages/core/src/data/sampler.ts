import type { Dist } from '../distributed/dist.js'
import type { Dataset } from './dataset.js'

/** What a sampler is built from. */
export interface SamplerContext {
  readonly dataset: Dataset
  readonly dist: Pick<Dist, 'rank' | 'worldSize'>
  /** The run's seed, for samplers without one of their own. */
  readonly seed: number
}

/** The order in which one process goes through a dataset. */
export interface Sampler extends Iterable<number> {
  /** Indices of one pass of this process. */
  readonly length: number
  /** True when a pass never ends. */
  readonly isEndless?: boolean
  /** Chooses the order of the next pass. */
  setEpoch?(epoch: number): void
  /** The pass without its first `skipped` indices, for samplers that can leave them out faster than one by one. */
  startAt?(skipped: number): Iterator<number>
}

/** What `startAt` may return: gives a batch's indices in one call, which takes a tenth of the time of one by one. */
export interface IndexBlocks extends Iterator<number, undefined> {
  /** The next `count` indices, fewer at the end of the pass. */
  nextBlock(count: number): number[]
}

export function hasBlocks(indices: Iterator<number>): indices is IndexBlocks {
  return 'nextBlock' in indices && typeof indices.nextBlock === 'function'
}
