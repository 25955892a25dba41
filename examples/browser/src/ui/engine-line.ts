import type { EngineNote } from '../messages.js'
import { engineChoices, type Settings } from '../settings.js'
import { element } from './element.js'

/** Names the engine, says why, and lets the user choose another one, which reloads the page. */
export class EngineLine {
  readonly #select = element('engine-select', HTMLSelectElement)

  constructor(settings: Settings) {
    this.#select.value = settings.engine
    this.#select.addEventListener('change', () => {
      const query = new URLSearchParams(location.search)
      const choice = engineChoices.find((name) => name === this.#select.value) ?? 'auto'
      query.set('engine', choice)
      location.search = query.toString()
    })
  }

  /** A reload in the middle of training would lose what came after the last checkpoint. */
  set isLocked(isLocked: boolean) {
    this.#select.disabled = isLocked
  }

  show({ name, reason }: EngineNote): void {
    const nameElement = element('engine-name', HTMLElement)
    nameElement.textContent = name
    nameElement.parentElement?.setAttribute('data-ready', '')
    element('engine-reason', HTMLElement).textContent = `${name}. ${reason}`
  }
}
