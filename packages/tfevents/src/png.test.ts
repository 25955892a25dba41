import { describe, expect, it } from 'vitest'
import { pngFixture } from '../test/fixture.js'
import { bytesAt, readEvent, readFields } from '../test/read-event.js'
import { thrownCode } from '../test/thrown-code.js'
import { imageEvent } from './image-event.js'
import { readPngHeader } from './png.js'

const png = pngFixture('rgb')

function changed(position: number, ...bytes: number[]): Uint8Array {
  const copy = Uint8Array.from(png)
  copy.set(bytes, position)
  return copy
}

describe('readPngHeader', () => {
  it.each([
    ['gray', 1],
    ['gray-alpha', 2],
    ['rgb', 3],
    ['palette', 3],
    ['rgba', 4],
  ] as const)('reads a %s image', (name, colorspace) => {
    expect(readPngHeader(pngFixture(name), 'a')).toEqual({ width: 5, height: 3, colorspace })
  })

  it('reads a view into a larger buffer', () => {
    const larger = Uint8Array.from([1, 2, 3, ...png, 4])
    expect(readPngHeader(larger.subarray(3, -1), 'a')).toEqual(readPngHeader(png, 'a'))
  })

  it('refuses an image that is cut off anywhere', () => {
    for (let length = 0; length < png.byteLength; length++) {
      expect(thrownCode(() => readPngHeader(png.subarray(0, length), 'a'))).toBe('HL_TFEVENTS_PNG')
    }
  })

  it.each<[what: string, bytes: Uint8Array]>([
    ['of a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...new Uint8Array(60))],
    ['of no header', changed(12, 0x49, 0x44, 0x41, 0x54)],
    ['of a header of another length', changed(8, 0, 0, 0, 12)],
    ['of a first chunk beyond the end', changed(8, 0xff, 0xff, 0xff, 0xff)],
    ['of no width', changed(16, 0, 0, 0, 0)],
    ['of a height beyond 2^31 - 1', changed(20, 0x80, 0, 0, 0)],
    ['of an unknown colour type', changed(25, 5)],
    ['that are no bytes', JSON.parse('"iVBORw0KGgo="')],
    ['that are missing', JSON.parse('null')],
  ])('refuses bytes %s', (_what, bytes) => {
    const call = () => readPngHeader(bytes, 'val/sample')
    expect(thrownCode(call)).toBe('HL_TFEVENTS_PNG')
    expect(call).toThrow('The image "val/sample"')
  })
})

describe('imageEvent', () => {
  it('holds the size, the colours and the very bytes', () => {
    const image = readFields(bytesAt(readEvent(imageEvent({ tag: 'a', png, step: 0 })), 5, 1, 4))
    expect([1, 2, 3].map((field) => image.get(field))).toEqual([[3], [5], [3]])
    expect(bytesAt(image, 4)).toEqual(png)
  })
})
