import { platform } from '#platform'
import type { Runner } from './runner.js'

/**
 * Interrupts a run on Ctrl-C and the like, unless the options leave signals to others.
 * @returns ends the listening
 */
export function interruptOnSignals(runner: Runner): () => void {
  if (runner.options.handleSignals === false) return () => undefined
  return platform.onInterrupt((signal) => {
    runner.logger.warn(`${signal}: finishing this iteration and saving; once more ends at once`)
    runner.interrupt(signal)
  })
}
