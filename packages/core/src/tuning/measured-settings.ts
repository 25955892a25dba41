import type { EngineSettings } from '../engine/engine-settings.js'
import type { RunnerOptions } from '../runner/options.js'
import type { Runner } from '../runner/runner.js'

/** What came of `settings: 'auto'`. */
export interface MeasuredSettings {
  readonly settings: EngineSettings
  /** What was measured, what was chosen, and how to pin it. */
  readonly note?: string
  /** Why nothing could be measured. */
  readonly warning?: string
  /**
   * Looks whether what the first Runner is about to train is what was measured; where it is not, the next start measures
   * anew.
   * @returns what to say then
   */
  confirm?(runner: Runner): Promise<string | undefined>
}

/** A process that runs a program for a few training steps, to measure them for another process. */
export interface Trial {
  /** The options of a Runner, so that it writes nothing, trains from scratch and takes the time. */
  optionsOf(options: RunnerOptions): RunnerOptions
}
