import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { Runner } from './runner.js'

/** Lets hooks hear of the updates that an optimizer wrapper makes; wrappers are told only what somebody wants. */
export class OptimStepHooks {
  #failure: { readonly error: unknown } | undefined

  /** Call again whenever hooks or observers of the run have come or gone. */
  connect(runner: Runner, optimWrapper: OptimWrapper | undefined): void {
    if (optimWrapper === undefined) return
    const { hooks } = runner
    optimWrapper.stepListener = {
      beforeStep: hooks.has('beforeOptimStep')
        ? (gradients) => void hooks.fire.beforeOptimStep(runner, gradients)
        : undefined,
      beginUpdate: hooks.isObserved ? () => hooks.beginUpdate() : undefined,
      afterStep: hooks.isObserved || hooks.has('afterOptimStep') ? () => this.#afterStep(runner) : undefined,
    }
  }

  /** Throws what a hook threw after the parameters were updated. */
  throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  // The parameters are new already, so the iteration comes to its end before the failure is told.
  #afterStep(runner: Runner): void {
    try {
      void runner.hooks.fire.afterOptimStep(runner)
    } catch (error) {
      this.#failure ??= { error }
    }
  }
}
