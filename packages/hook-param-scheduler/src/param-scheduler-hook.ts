import { Hook, type Metrics, type ParamScheduler, type Runner } from '@hookloop/core'

/** Steps the schedulers of the run: each iteration, each epoch, and after validations. */
export class ParamSchedulerHook extends Hook {
  override readonly priority = 'LOW'
  #byIter: readonly ParamScheduler[] = []
  #byEpoch: readonly ParamScheduler[] = []
  #withMetrics: readonly ParamScheduler[] = []

  // Sorted once: nothing is searched or allocated per iteration.
  override beforeTrain(runner: Runner): void {
    const schedulers: readonly ParamScheduler[] = Object.values(runner.paramSchedulers).flat()
    this.#byIter = schedulers.filter(({ byEpoch }) => !byEpoch)
    this.#byEpoch = schedulers.filter(({ byEpoch }) => byEpoch)
    this.#withMetrics = this.#byEpoch.filter(({ needsMetrics }) => needsMetrics === true)
  }

  override afterTrainIter(): void {
    for (const scheduler of this.#byIter) scheduler.step()
  }

  override nextNeed(): number {
    return Number.POSITIVE_INFINITY
  }

  override afterTrainEpoch(): void {
    for (const scheduler of this.#byEpoch) scheduler.step()
  }

  override afterValEpoch(_runner: Runner, metrics: Metrics): void {
    for (const scheduler of this.#withMetrics) scheduler.step(metrics)
  }
}
