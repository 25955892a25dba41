import type { Hook, Runner } from '@hookloop/core'
import { TimerValues } from './standard-values.js'

/** A hook of somebody else with the priority of the hook under test; writes what IterTimerHook writes, and a key of its own. */
export class Neighbour extends TimerValues {
  override readonly priority: Hook['priority']

  constructor(priority: Hook['priority']) {
    super()
    this.priority = priority
  }

  override afterTrainIter(runner: Runner): void {
    super.afterTrainIter(runner)
    runner.messageHub.updateScalar('train/neighbour', runner.iter)
  }
}
