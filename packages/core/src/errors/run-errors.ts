import { type RunPlace, reasonOf } from './hook-error.js'
import { HookloopError, hasCode } from './hookloop-error.js'

/**
 * A model's step failed; the message tells the batch's fields and shapes, `cause` is what the step threw.
 * Code `HL_STEP_FAILED`, or that of the cause where it has one, such as `HL_LOSS_NOT_FINITE`.
 */
export class StepError extends HookloopError {
  override readonly name = 'StepError'

  constructor(
    readonly step: 'trainStep' | 'valStep' | 'testStep',
    readonly place: RunPlace,
    batch: string,
    cause: unknown,
  ) {
    super(
      hasCode(cause) ? cause.code : 'HL_STEP_FAILED',
      `${step} failed at epoch ${place.epoch}, iteration ${place.iter}, on the batch ${batch}: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

/**
 * The loss became NaN or infinite; thrown before the parameters are touched. Code `HL_LOSS_NOT_FINITE`.
 * The loop adds where it happened by wrapping it in a {@link StepError}.
 */
export class NonFiniteLossError extends HookloopError {
  override readonly name = 'NonFiniteLossError'

  constructor(
    readonly loss: number,
    facts: string,
  ) {
    super(
      'HL_LOSS_NOT_FINITE',
      `the loss is ${loss} (${facts}). No parameter was updated with it. ` +
        'A smaller learning rate, a longer warm-up, optimWrapper.clipGrad or a look at this batch may help; ' +
        "optimWrapper.nonFiniteLoss 'skip' leaves such steps out and 'ignore' trains on",
    )
  }
}

/** The run was asked to stop (Ctrl-C, `runner.interrupt()`) and did so between two iterations or while it
 * waited for a batch. Code `HL_INTERRUPTED`. */
export class InterruptedError extends HookloopError {
  override readonly name = 'InterruptedError'

  constructor(
    readonly reason: string,
    readonly place: RunPlace,
  ) {
    super(
      'HL_INTERRUPTED',
      `The run was interrupted by ${reason} at epoch ${place.epoch}, iteration ${place.iter}`,
    )
  }
}
