import type { EngineNote } from '../messages.js'
import type { EngineChoice } from '../settings.js'
import { element } from './element.js'

/** Names the engine, says why, and lets the user choose another one, which reloads the page. */
export class EngineLine {
  readonly #form = element('engine', HTMLFormElement)
  readonly #name = element('engine-name', HTMLElement)
  readonly #select = element('engine-select', HTMLSelectElement)
  readonly #use = element('engine-use', HTMLButtonElement)

  #present: EngineChoice

  constructor(choice: EngineChoice) {
    this.#present = choice
    this.#select.value = choice
    // Keys go through the choices one by one: the page is left only when somebody says so.
    this.#select.addEventListener('change', () => {
      this.#use.hidden = this.#select.value === this.#present
    })
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const query = new URLSearchParams(location.search)
      query.set('engine', this.#select.value)
      location.search = query.toString()
    })
  }

  /** A reload in the middle of training would lose what came after the last checkpoint. */
  set isLocked(isLocked: boolean) {
    this.#select.disabled = isLocked
    this.#use.disabled = isLocked
  }

  show({ name, reason, choice }: EngineNote): void {
    this.#name.textContent = name
    this.#present = choice
    this.#select.value = choice
    this.#use.hidden = true
    this.#form.setAttribute('data-ready', '')
    element('engine-reason', HTMLElement).textContent = `${name}. ${reason}`
  }

  /** No engine was started. */
  fail(): void {
    if (!this.#form.hasAttribute('data-ready')) this.#name.textContent = 'No engine'
  }
}
