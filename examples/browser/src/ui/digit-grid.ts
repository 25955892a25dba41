import type { Predictions, Samples } from '../messages.js'
import { element } from './element.js'

const side = 28

/** Digits with what the model takes them for. */
export class DigitGrid {
  readonly #tiles: readonly DigitTile[]

  constructor(samples: Samples) {
    this.#tiles = samples.labels.map((label, index) => {
      const pixels = samples.pixels.subarray(index * side * side, (index + 1) * side * side)
      return new DigitTile(label, pixels)
    })
    element('digits', HTMLUListElement).replaceChildren(...this.#tiles.map(({ item }) => item))
  }

  show({ classes, confidences }: Predictions): void {
    let right = 0
    for (const [index, tile] of this.#tiles.entries()) {
      if (tile.judge(classes[index] ?? -1, confidences[index] ?? 0)) right += 1
    }
    element('seen-count', HTMLElement).textContent = `${right} of ${this.#tiles.length} right`
  }

  clear(): void {
    for (const tile of this.#tiles) tile.clear()
    element('seen-count', HTMLElement).textContent = '–'
  }
}

class DigitTile {
  readonly item = document.createElement('li')
  readonly #tile = document.createElement('div')
  readonly #says = document.createElement('span')
  readonly #sure = document.createElement('span')

  constructor(
    private readonly label: number,
    pixels: Uint8Array,
  ) {
    this.#tile.className = 'digit'
    this.#says.className = 'digit-says'
    this.#sure.className = 'digit-sure'
    // One text for each tile: its parts would be read out without sense.
    this.#tile.setAttribute('role', 'img')
    this.#tile.append(picture(pixels), this.#says, this.#sure)
    this.item.append(this.#tile)
    this.clear()
  }

  /** @returns whether the prediction is right */
  judge(prediction: number, confidence: number): boolean {
    const isRight = prediction === this.label
    this.#tile.dataset.verdict = isRight ? 'right' : 'wrong'
    this.#tile.style.setProperty('--sure', confidence.toFixed(3))
    this.#says.textContent = String(prediction)
    this.#describe(
      `${isRight ? 'recognized' : `taken for a ${prediction}`}, ${Math.round(100 * confidence)} % sure`,
    )
    return isRight
  }

  clear(): void {
    delete this.#tile.dataset.verdict
    this.#tile.style.removeProperty('--sure')
    this.#says.textContent = '?'
    this.#describe('not looked at yet')
  }

  #describe(text: string): void {
    this.#tile.ariaLabel = `A ${this.label}, ${text}`
    this.#tile.title = this.#tile.ariaLabel
  }
}

/** Ink of the page's own color, so that both themes have it. */
function picture(pixels: Uint8Array): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d')
  const draw = () => {
    const [red = 0, green = 0, blue = 0] = matchMedia('(prefers-color-scheme: dark)').matches
      ? [236, 238, 244]
      : [25, 27, 34]
    const image = new ImageData(side, side)
    for (const [place, ink] of pixels.entries()) image.data.set([red, green, blue, ink], 4 * place)
    context?.putImageData(image, 0, 0)
  }
  draw()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  return canvas
}
