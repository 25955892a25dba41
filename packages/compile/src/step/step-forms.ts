import type { StepForm } from './step-form.js'

/** So many forms are kept; the one that was not used for longest makes room. */
const most = 12
/** A graph that ran less often did not pay for recording and loading it. */
const enoughRuns = 50
/** So many graphs may go without having paid. */
const mostUnpaid = 3
/** After that a form makes room only where so many steps had no use for it. */
const idleSteps = 1000

/** A form, and when it was last used. */
interface KeptForm<Outputs> {
  readonly form: StepForm<Outputs>
  readonly lastUse: number
}

/** The forms of one model's step, by what tells them apart. */
export class StepForms<Outputs> {
  /** The one that was not used for longest comes first. */
  readonly #kept = new Map<string, KeptForm<Outputs>>()
  #steps = 0
  #unpaid = 0

  /** @param neverFull makes room for each form, whether that pays or not */
  constructor(private readonly neverFull = false) {}

  get all(): readonly StepForm<Outputs>[] {
    return [...this.#kept.values()].map(({ form }) => form)
  }

  /** Graphs have gone before they had paid, so that forms which are not there must wait until one is idle. */
  get areTooMany(): boolean {
    return this.#unpaid >= mostUnpaid
  }

  /**
   * The form of the next step. It goes by how often forms are used, not by what they cost, so that runs that do the same
   * end the same.
   * @returns undefined where the step is better run as it is, since making a graph of it would not pay
   */
  of(key: string, make: () => StepForm<Outputs>): StepForm<Outputs> | undefined {
    this.#steps += 1
    const known = this.#kept.get(key)?.form
    if (known === undefined && this.#kept.size >= most && !this.#makeRoom()) return undefined
    const form = known ?? make()
    this.#kept.delete(key)
    this.#kept.set(key, { form, lastUse: this.#steps })
    return form
  }

  dispose(): void {
    for (const { form } of this.#kept.values()) form.dispose()
    this.#kept.clear()
    this.#unpaid = 0
  }

  #makeRoom(): boolean {
    const [oldest] = this.#kept
    if (oldest === undefined) return true
    const [key, { form, lastUse }] = oldest
    if (this.areTooMany && !this.neverFull && this.#steps - lastUse <= idleSteps) return false
    if (form.compiledRuns < enoughRuns) this.#unpaid += 1
    form.dispose()
    this.#kept.delete(key)
    return true
  }
}

/** Why forms that are not there are not made, and what helps. */
export const tooManyForms: string =
  `steps come in more than ${most} forms, and graphs had to go before they had paid for being made; ` +
  'forms without a graph run as they are. Pad batches to few shapes, or leave incomplete ones out (dropLast)'
