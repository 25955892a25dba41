import { Hook, type Runner } from '@hookloop/core'
import { averageBuffers } from './average-buffers.js'

/** Averages the buffers of a model, such as batch norm's moving averages, over all processes. */
export class SyncBuffersHook extends Hook {
  #isFresh = false

  override async afterTrainEpoch(runner: Runner): Promise<void> {
    if (runner.dist.worldSize === 1) return
    await averageBuffers(runner.model, runner.dist)
    this.#isFresh = true
  }

  // A validation in the middle of an epoch finds buffers that differ; one right after an epoch does not.
  override async beforeValEpoch(runner: Runner): Promise<void> {
    if (runner.dist.worldSize === 1) return
    if (!this.#isFresh) await averageBuffers(runner.model, runner.dist)
    this.#isFresh = false
  }
}
