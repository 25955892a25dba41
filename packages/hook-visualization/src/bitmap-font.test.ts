import { describe, expect, it } from 'vitest'
import { captionFont } from './bitmap-font.js'

/** Text as rows of characters: `#` where it covers most of a pixel, `-` where some. */
function drawn(text: string): string[] {
  const rows = Array.from({ length: captionFont.lineHeight }, () =>
    Array<string>(captionFont.widthOf(text)).fill(' '),
  )
  captionFont.cover(text, (x, y, coverage) => {
    const row = rows[y]
    if (row !== undefined) row[x] = coverage > 127 ? '#' : '-'
  })
  return rows.map((row) => row.join('').trimEnd()).filter((row) => row !== '')
}

describe('the font of captions', () => {
  it('draws letters', () => {
    expect(drawn('7L')).toMatchInlineSnapshot(`
      [
        "-#######  ##",
        "------#-  ##",
        "     -#-  ##",
        "     ##   ##",
        "    -#-   ##",
        "    ##    ##",
        "   -#-    ##",
        "   ##-    ##",
        "  -##     ##",
        "  -#-     ##-----",
        " -##      #######",
      ]
    `)
  })

  it('adds up widths', () => {
    expect(captionFont.widthOf('')).toBe(0)
    expect(captionFont.widthOf('17')).toBe(captionFont.widthOf('1') + captionFont.widthOf('7'))
    expect(captionFont.widthOf('W')).toBeGreaterThan(captionFont.widthOf('i'))
  })

  it.each(['cat', 'Größe', 'Żółta łódź', 'γάτα', 'кошка', '3 € ≤ 4 × 5 – “x”…'])(
    'has the letters of %s',
    (text) => {
      expect([...text].filter((character) => !captionFont.canDraw(character))).toEqual([])
    },
  )

  it('draws a question mark for what it does not have', () => {
    expect(captionFont.canDraw('猫')).toBe(false)
    expect(drawn('a猫')).toEqual(drawn('a?'))
  })

  it('cuts what is too wide', () => {
    const text = 'predicted chesapeake bay retriever'
    expect(captionFont.fit(text, 1000)).toBe(text)
    expect(captionFont.fit(text, captionFont.widthOf(text))).toBe(text)
    const cut = captionFont.fit(text, 120)
    expect(cut).toMatch(/^predicted ch.*…$/)
    expect(captionFont.widthOf(cut)).toBeLessThanOrEqual(120)
  })
})
