import { checkOptions, Hook, type HookResult, type Runner } from '@hookloop/core'
import { type EmptyCacheHookOptions, emptyCacheHookSchema } from './options.js'

/** Gives back memory that the engine holds in reserve, in training, validation and test. */
export class EmptyCacheHook extends Hook {
  // A point that is switched off is not implemented at all, so that it costs nothing.
  override readonly beforeEpoch?: (runner: Runner) => HookResult
  override readonly afterEpoch?: (runner: Runner) => HookResult
  override readonly afterIter?: (runner: Runner) => HookResult

  /** @throws `HL_CONFIG` for an option that is unknown or not a boolean */
  constructor(options: EmptyCacheHookOptions = {}) {
    super()
    checkOptions('EmptyCacheHook', emptyCacheHookSchema, options)
    const { beforeEpoch = false, afterEpoch = true, afterIter = false } = options
    if (beforeEpoch) this.beforeEpoch = emptyCache
    if (afterEpoch) this.afterEpoch = emptyCache
    if (afterIter) this.afterIter = emptyCache
  }
}

function emptyCache(runner: Runner): void {
  runner.engine.emptyCache()
}
