/** Who has steps that wait. */
export interface StepHolder {
  readonly waitingSteps: number
  /** @returns how many of them were taken back: the first of these has failed, or its loss is not finite */
  computeWaiting(): number
}

/** The steps that wait to be computed in one call: all of one graph, since those of another are computed before. */
export class StepQueue {
  #holder: StepHolder | undefined
  #takenBack = 0

  get length(): number {
    return this.#holder?.waitingSteps ?? 0
  }

  /** From now on steps of `holder` may wait. @throws as {@link settle} */
  hold(holder: StepHolder): void {
    if (this.#holder === holder) return
    this.settle()
    this.#holder = holder
  }

  /** Computes what waits. @returns how many steps were taken back since this was last asked */
  compute(): number {
    this.#run()
    const count = this.#takenBack
    this.#takenBack = 0
    return count
  }

  /**
   * Computes what waits, for whoever wants to read it.
   * @throws where steps were taken back; whoever made them is told by {@link compute}
   */
  readonly settle = (): void => {
    this.#run()
    if (this.#takenBack > 0)
      throw new Error(
        'a training step failed, or its loss was not finite; the steps from there on were taken back',
      )
  }

  #run(): void {
    const holder = this.#holder
    this.#holder = undefined
    this.#takenBack += holder?.computeWaiting() ?? 0
  }
}
