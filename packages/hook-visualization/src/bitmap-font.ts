import { decode } from 'fast-png'
import { roboto } from './roboto.js'

/** Letters of one size, drawn beforehand into the cells of one picture. */
export interface FontData {
  /** Size of a cell, and where in it a letter begins and stands. */
  readonly cell: {
    readonly width: number
    readonly height: number
    readonly left: number
    readonly baseline: number
  }
  readonly columns: number
  /** The letter of each cell, row by row. */
  readonly characters: string
  /** Pixels from a letter to the next, one base-36 digit per letter. */
  readonly advances: string
  /** A gray PNG in base64. */
  readonly atlas: string
}

interface Letter {
  readonly x: number
  readonly y: number
  readonly advance: number
}

/** What is drawn for letters that the font does not have. */
const substitute = '?'

/** Text in pixels: needs neither font files nor a canvas of the platform. */
export class BitmapFont {
  /** Height of a line in pixels. */
  readonly lineHeight: number
  readonly #letters: ReadonlyMap<string, Letter>
  #coverage: { readonly width: number; readonly data: ArrayLike<number> } | undefined

  constructor(private readonly font: FontData) {
    const { cell, columns, characters, advances } = font
    this.lineHeight = cell.height
    this.#letters = new Map(
      [...characters].map((character, place) => {
        const [x, y] = [(place % columns) * cell.width, Math.floor(place / columns) * cell.height]
        return [character, { x, y, advance: Number.parseInt(advances[place] ?? '0', 36) }]
      }),
    )
  }

  /** True when the font has every letter of `text`. */
  canDraw(text: string): boolean {
    return [...text].every((character) => this.#letters.has(character))
  }

  /** Width in pixels. */
  widthOf(text: string): number {
    return this.#lettersOf(text).reduce((width, { advance }) => width + advance, 0)
  }

  /** `text`, cut with an ellipsis where it is wider than `width` pixels. */
  fit(text: string, width: number): string {
    if (this.widthOf(text) <= width) return text
    const characters = [...text]
    while (characters.length > 0 && this.widthOf(`${characters.join('')}…`) > width) characters.pop()
    return `${characters.join('')}…`
  }

  /**
   * Calls `visit` for every pixel that `text` covers.
   * @param visit gets the place relative to the upper left corner of the line, and a coverage from 1 to 255
   */
  cover(text: string, visit: (x: number, y: number, coverage: number) => void): void {
    const { cell } = this.font
    const { width, data } = this.#atlas()
    let start = -cell.left
    for (const letter of this.#lettersOf(text)) {
      for (let y = 0; y < cell.height; y++) {
        const row = (letter.y + y) * width + letter.x
        for (let x = 0; x < cell.width; x++) {
          const coverage = data[row + x] ?? 0
          if (coverage > 0) visit(start + x, y, coverage)
        }
      }
      start += letter.advance
    }
  }

  #lettersOf(text: string): Letter[] {
    return [...text].flatMap(
      (character) => this.#letters.get(character) ?? this.#letters.get(substitute) ?? [],
    )
  }

  #atlas() {
    this.#coverage ??= decode(Uint8Array.from(atob(this.font.atlas), (byte) => byte.charCodeAt(0)))
    return this.#coverage
  }
}

/** Latin, Greek and Cyrillic letters of 15 pixels. */
export const captionFont = new BitmapFont(roboto)
