import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryFile } from '../test/arbitrary-file.js'
import { entry, rawFile } from '../test/raw-file.js'
import { thrownCode } from '../test/thrown-code.js'
import { decode } from './decode.js'
import { encodeToBytes } from './encode.js'
import type { SafetensorsFile } from './file.js'
import { toTypedArray } from './typed-array.js'

function contentOf({ tensors, metadata }: SafetensorsFile) {
  return { tensors: new Map(tensors), metadata: { ...metadata } }
}

describe('decode', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        expect(contentOf(decode(encodeToBytes(file)))).toEqual(contentOf(file))
      }),
      { numRuns: 500 },
    )
  })

  it('reads any damaged file as a valid one, or refuses it with a SafetensorsError', () => {
    const damage = fc.array(
      fc.record({
        position: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        byte: fc.oneof(
          fc.nat(255),
          fc.constantFrom(...[...'{}[]",:0123456789\\ -.e'].map((character) => character.charCodeAt(0))),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    fc.assert(
      fc.property(arbitraryFile, damage, (file, changes) => {
        const bytes = encodeToBytes(file)
        for (const { position, byte } of changes) bytes[Math.floor(position * bytes.byteLength)] = byte
        if (thrownCode(() => decode(bytes)) !== undefined) return
        const survivor = decode(bytes)
        expect(contentOf(decode(encodeToBytes(survivor)))).toEqual(contentOf(survivor))
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses every file that was cut or goes on', () => {
    fc.assert(
      fc.property(arbitraryFile, fc.nat(), fc.integer({ min: 1, max: 9 }), (file, cut, more) => {
        const bytes = encodeToBytes(file)
        const longer = new Uint8Array(bytes.byteLength + more)
        longer.set(bytes)
        expect(thrownCode(() => decode(bytes.subarray(0, cut % bytes.byteLength)))).toBe(
          'HL_SAFETENSORS_TRUNCATED',
        )
        expect(thrownCode(() => decode(longer))).toBe('HL_SAFETENSORS_TRAILING_BYTES')
      }),
    )
  })

  it('copies nothing', () => {
    const bytes = encodeToBytes({
      tensors: new Map([['a', { dtype: 'U8', shape: [3], bytes: Uint8Array.of(1, 2, 3) }]]),
      metadata: {},
    })
    expect(decode(bytes).tensors.get('a')?.bytes.buffer).toBe(bytes.buffer)
  })

  it('reads a Buffer that starts anywhere in its memory, as plain arrays', () => {
    const file = rawFile(`{${entry('a', 'F32', '[1]', 0, 4)}}`, 4)
    file.set(new Uint8Array(Float32Array.of(1.5).buffer), file.byteLength - 4)
    for (let offset = 0; offset < 8; offset++) {
      const memory = Buffer.alloc(offset + file.byteLength)
      memory.set(file, offset)
      const tensor = decode(memory.subarray(offset)).tensors.get('a')
      expect(tensor?.bytes.constructor).toBe(Uint8Array)
      expect(tensor && toTypedArray(tensor)).toEqual(Float32Array.of(1.5))
    }
  })

  it('reads shared memory', () => {
    const file = rawFile(`{${entry('a', 'U8', '[1]', 0, 1)}}`, 1)
    const shared = new Uint8Array(new SharedArrayBuffer(file.byteLength))
    shared.set(file)
    expect(decode(shared).tensors.get('a')?.bytes.buffer).toBe(shared.buffer)
  })
})
