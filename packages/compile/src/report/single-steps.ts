import type { StepCompilerContext } from '@hookloop/core'

/** Why training steps run one per call, where they might run several: each reason is told once. */
export class SingleSteps {
  readonly #isTold = new Map<string, boolean>()

  /** @param areCompiled training steps are compiled, so that how many run per call is of interest */
  constructor(
    private readonly context: StepCompilerContext,
    private readonly areCompiled: () => boolean,
  ) {}

  get reasons(): string[] {
    return [...this.#isTold.keys()]
  }

  /** @param reason in words that go on after "because" */
  note(reason: string): void {
    if (this.#isTold.has(reason)) return
    this.#isTold.set(reason, false)
    this.tell()
  }

  /** Tells what is to be told by now: where a number was asked for, in any case. */
  tell(): void {
    const { stepsPerCall, logger } = this.context
    for (const [reason, isTold] of this.#isTold) {
      if (isTold) continue
      const text = `training steps run one per call: ${reason}`
      if (stepsPerCall !== 'auto') logger.warn(`trainCfg.stepsPerCall is ${stepsPerCall}, but ${text}`)
      else if (this.areCompiled()) logger.info(text)
      else continue
      this.#isTold.set(reason, true)
    }
  }
}
