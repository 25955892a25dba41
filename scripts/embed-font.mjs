// Writes packages/hook-visualization/src/roboto.ts: the letters of Roboto Medium as one small picture, so that text
// can be drawn where there are neither font files nor a network. Run it only to change the font, its size or its letters.
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpm, root, run } from './lib/run.mjs'

const target = join(root, 'packages/hook-visualization/src/roboto.ts')
const sources = ['@napi-rs/canvas@1.1.1', '@expo-google-fonts/roboto@0.2.3', 'fast-png@8.0.0']
const size = 15
// A letter may begin left of its place (j) and reach below the line (ß, Å, …).
const cell = { width: 20, height: 20, left: 2, baseline: 15 }
const columns = 32
const ranges = [
  [0x20, 0x7e],
  [0xa1, 0xac],
  [0xae, 0x17f],
  [0x386, 0x386],
  [0x388, 0x38a],
  [0x38c, 0x38c],
  [0x38e, 0x3a1],
  [0x3a3, 0x3ce],
  [0x401, 0x40c],
  [0x40e, 0x44f],
  [0x451, 0x45c],
  [0x45e, 0x45f],
]
const signs = '–—‘’“”„†•…‰€™−≈≠≤≥'

const folder = await mkdtemp(join(tmpdir(), 'font-'))
try {
  await must(['npm', 'install', '--no-save', '--prefix', folder, ...sources])
  const require = createRequire(join(folder, 'index.js'))
  const fastPng = await import(require.resolve('fast-png'))
  writeFileSync(target, embed(require('@napi-rs/canvas'), fastPng, require))
  await must([...pnpm, 'exec', 'biome', 'format', '--write', target])
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function must(command) {
  const { code, output } = await run(command)
  if (code !== 0) throw new Error(output)
}

function embed({ createCanvas, GlobalFonts }, { encode }, require) {
  GlobalFonts.registerFromPath(require.resolve('@expo-google-fonts/roboto/Roboto_500Medium.ttf'), 'Embedded')
  const codes = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  )
  const characters = [...codes.map((code) => String.fromCharCode(code)), ...signs]
  const width = columns * cell.width
  const height = Math.ceil(characters.length / columns) * cell.height
  const context = createCanvas(width, height).getContext('2d')
  context.font = `${size}px Embedded`
  context.fillStyle = '#000'
  const advances = characters.map((character, place) => {
    const x = (place % columns) * cell.width + cell.left
    const y = Math.floor(place / columns) * cell.height + cell.baseline
    context.fillText(character, x, y)
    return Math.round(context.measureText(character).width)
  })
  const { data } = context.getImageData(0, 0, width, height)
  // Sixteen shades are as good as 256 to the eye and half as long.
  const coverage = Uint8Array.from(
    { length: width * height },
    (_, i) => 17 * Math.round(data[4 * i + 3] / 17),
  )
  const png = encode({ width, height, data: coverage, channels: 1, depth: 8 }, { zlib: { level: 9 } })
  return `// Roboto Medium 2.137 at ${size} px. Copyright 2011 Google Inc., Apache License 2.0.
// Written by scripts/embed-font.mjs.

export const roboto = {
  /** Where a letter lies in its cell, in pixels. */
  cell: ${JSON.stringify(cell)},
  columns: ${columns},
  /** The letter of each cell of the atlas, row by row. */
  characters: ${JSON.stringify(characters.join(''))},
  /** Pixels from a letter to the next, one base-36 digit per letter. */
  advances: '${advances.map((advance) => advance.toString(36)).join('')}',
  /** A gray PNG in base64: how much of a pixel each letter covers. */
  atlas: '${Buffer.from(png).toString('base64')}',
} as const
`
}
