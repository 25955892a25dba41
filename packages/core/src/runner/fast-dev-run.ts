import { platform } from '#platform'
import { isEngineConfig } from '../engine/engine-config-schema.js'
import { ScratchStorage } from '../storage/scratch-storage.js'
import type { RunnerOptions } from './options.js'

/** Batches of everything in a fast dev run; undefined in any other run. */
export function devBatches({ fastDevRun = false }: Pick<RunnerOptions, 'fastDevRun'>): number | undefined {
  return fastDevRun === false ? undefined : Number(fastDevRun)
}

/**
 * The options as a fast dev run has them: what is written stays in memory, nothing is resumed. How long the run would be does
 * not change, so that schedules and hooks find what they are configured for.
 */
export function forDevRun(options: RunnerOptions): RunnerOptions {
  if (devBatches(options) === undefined) return options
  const { storage = platform.defaultStorage(), engine = 'auto' } = options
  return {
    ...options,
    storage: new ScratchStorage(storage),
    resume: false,
    sanityVal: 0,
    // Measuring settings would keep them.
    engine: isEngineConfig(engine) && engine.settings === 'auto' ? withoutMeasuring(engine) : engine,
  }
}

function withoutMeasuring<Config extends { readonly settings?: unknown }>({
  settings: _,
  ...config
}: Config) {
  return config
}

/** What the log says of it; undefined in any other run. */
export function devRunLine(options: RunnerOptions): string | undefined {
  const batches = devBatches(options)
  if (batches === undefined) return undefined
  const count = batches === 1 ? 'one batch' : `at most ${batches} batches`
  return `fast dev run: ${count} of training, validation and test each; nothing is written to disk, nothing is resumed`
}
