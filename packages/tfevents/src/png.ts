import { TfeventsError } from './errors.js'
import { quote } from './text.js'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
// Length, name and checksum of a chunk.
const chunkOverhead = 12
const headerLength = 13

/** By the colour type of a PNG: how many numbers TensorFlow counts per pixel. A palette holds RGB. */
const channels = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
])

/** What a PNG image says of itself. */
export interface PngHeader {
  /** In pixels. */
  width: number
  /** In pixels. */
  height: number
  /** 1 is gray, 2 gray with alpha, 3 RGB, 4 RGBA. */
  colorspace: number
}

/**
 * Reads the header of a PNG image and walks over its chunks to the end; pixels are not looked at.
 * @throws TfeventsError `HL_TFEVENTS_PNG`
 */
export function readPngHeader(bytes: Uint8Array, tag: string): PngHeader {
  if (!ArrayBuffer.isView(bytes)) throw notPng(tag, `is ${quote(bytes)}, no Uint8Array`)
  if (!signature.every((byte, index) => bytes[index] === byte)) {
    throw notPng(tag, 'does not begin as a PNG does')
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  checkChunks(view, tag)
  const start = signature.length + 8
  const width = view.getUint32(start)
  const height = view.getUint32(start + 4)
  const colorspace = channels.get(view.getUint8(start + 9))
  if (!isDimension(width) || !isDimension(height) || colorspace === undefined) {
    throw notPng(tag, 'has a header that is no PNG’s')
  }
  return { width, height, colorspace }
}

function isDimension(pixels: number): boolean {
  return pixels > 0 && pixels <= 0x7fffffff
}

function checkChunks(view: DataView, tag: string): void {
  let position = signature.length
  let name = ''
  while (name !== 'IEND') {
    if (position + chunkOverhead > view.byteLength) throw notPng(tag, 'is cut off')
    const length = view.getUint32(position)
    const isFirst = name === ''
    name = chunkName(view, position + 4)
    if (isFirst && (name !== 'IHDR' || length !== headerLength)) throw notPng(tag, 'has no header')
    position += chunkOverhead + length
  }
  if (position > view.byteLength) throw notPng(tag, 'is cut off')
}

function chunkName(view: DataView, position: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(position + index)))
}

function notPng(tag: string, what: string): TfeventsError {
  return new TfeventsError(
    'HL_TFEVENTS_PNG',
    `The image ${quote(tag)} ${what}; give the bytes of a whole PNG file`,
  )
}
