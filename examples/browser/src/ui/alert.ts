import { element } from './element.js'

const mostTexts = 3

/** What went wrong since the user last asked for something. */
export class Alert {
  readonly #box = element('alert', HTMLElement)

  show(text: string): void {
    if ([...this.#box.children].some(({ textContent }) => textContent === text)) return
    const paragraph = document.createElement('p')
    paragraph.textContent = text
    this.#box.append(paragraph)
    while (this.#box.children.length > mostTexts) this.#box.firstElementChild?.remove()
    this.#box.hidden = false
  }

  clear(): void {
    this.#box.replaceChildren()
    this.#box.hidden = true
  }
}
