/** Milliseconds that all looks of a run may take in any case, */
const allowance = 1000
/** and the part of its time beyond that. */
const share = 0.01

/** What looks at steps may cost where they are not due after so many runs. */
export class LookBudget {
  readonly #begin: number
  #spent = 0

  /** @param now tells the time in milliseconds */
  constructor(private readonly now = () => performance.now()) {
    this.#begin = now()
  }

  spend(ms: number): void {
    this.#spent += ms
  }

  get allowsMore(): boolean {
    return this.#spent < allowance + share * (this.now() - this.#begin)
  }
}
