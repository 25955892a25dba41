import { type Digits, side, splitDigits } from '@hookloop-examples/mnist/digits'

const size = side * side

/** Reads the file that scripts/pack-digits.mjs wrote: the same numbers as on Node. */
export async function loadDigits(url: string): Promise<Digits> {
  if (typeof DecompressionStream === 'undefined')
    throw new Error(
      'this browser is too old for this page: use Chrome 80, Firefox 114, Safari 16.4 or a later one',
    )
  const { body, ok, status } = await fetch(url)
  if (!ok || body === null) throw new Error(`the digits cannot be loaded from ${url}: status ${status}`)
  const packed = new Response(body.pipeThrough(new DecompressionStream('gzip')))
  const bytes = await packed.arrayBuffer()
  const counts = new Uint32Array(bytes, 0, 10)
  let offset = counts.byteLength
  return splitDigits(
    Array.from(counts, (count) => {
      const pixels = new Uint8Array(bytes, offset, count * size)
      offset += pixels.length
      return Float32Array.from(pixels, (byte) => Math.round((byte / 255) * 1000) / 1000)
    }),
  )
}
