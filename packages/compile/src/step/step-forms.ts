import type { StepForm } from './step-form.js'

/** So many forms are kept; the one that was made first makes room. */
const most = 12

/** The forms of one model's step, by what tells them apart. */
export class StepForms<Outputs> {
  readonly #forms = new Map<string, StepForm<Outputs>>()

  get all(): readonly StepForm<Outputs>[] {
    return [...this.#forms.values()]
  }

  of(key: string, make: () => StepForm<Outputs>): StepForm<Outputs> {
    const present = this.#forms.get(key)
    if (present !== undefined) return present
    const form = make()
    this.#forms.set(key, form)
    const [oldest] = this.#forms
    if (this.#forms.size > most && oldest !== undefined) this.#remove(...oldest)
    return form
  }

  dispose(): void {
    for (const [key, form] of this.#forms) this.#remove(key, form)
  }

  #remove(key: string, form: StepForm<Outputs>): void {
    form.dispose()
    this.#forms.delete(key)
  }
}
