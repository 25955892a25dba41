import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryFile } from '../test/arbitrary-file.js'
import { thrownCode } from '../test/thrown-code.js'
import { decode } from './decode.js'
import { decodeHeader } from './decode-header.js'
import type { SafetensorsDtype } from './dtype.js'
import { encode, encodeToBytes } from './encode.js'
import { MAX_HEADER_BYTES, type StoredTensor } from './file.js'

function zeros(dtype: SafetensorsDtype, byteLength: number, shape: readonly number[]): StoredTensor {
  return { dtype, shape, bytes: new Uint8Array(byteLength) }
}

function fileOf(name: string, tensor: StoredTensor, metadata: Record<string, string> = {}) {
  return { tensors: new Map([[name, tensor]]), metadata }
}

describe('encode', () => {
  it('writes the bytes that the format prescribes', () => {
    const file = fileOf('a', { dtype: 'I16', shape: [2], bytes: Uint8Array.of(1, 0, 255, 255) }, { k: 'é' })
    const json = '{"__metadata__":{"k":"é"},"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}'
    expect(Buffer.from(encodeToBytes(file)).toString('latin1')).toBe(
      `\x50\0\0\0\0\0\0\0${Buffer.from(json).toString('latin1')}\x01\0\xff\xff`,
    )
  })

  it('writes an empty file', () => {
    const bytes = encodeToBytes({ tensors: new Map(), metadata: {} })
    expect(Buffer.from(bytes).toString('latin1')).toBe('\x08\0\0\0\0\0\0\0{}      ')
    expect(decode(bytes).tensors.size).toBe(0)
  })

  it('hands out the tensors’ own bytes, in the order of the file', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        const { header, chunks, byteLength } = encode(file)
        const inOrder = [...decodeHeader(header).tensors.keys()]
        expect(chunks).toHaveLength(file.tensors.size)
        for (const [index, name] of inOrder.entries())
          expect(chunks[index]).toBe(file.tensors.get(name)?.bytes)
        expect(Buffer.concat([header, ...chunks]).equals(encodeToBytes(file))).toBe(true)
        expect(byteLength).toBe(decodeHeader(header).byteLength)
      }),
    )
  })

  it('aligns the data of every tensor to its values', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        const { dataStart, tensors } = decodeHeader(encode(file).header)
        expect(dataStart % 8).toBe(0)
        for (const { dtype, begin } of tensors.values()) {
          expect(begin % (Number(/\d+/.exec(dtype)?.[0] ?? 8) / 8)).toBe(0)
        }
      }),
    )
  })

  it('writes equal bytes for equal content, in whatever order it was collected', () => {
    fc.assert(
      fc.property(arbitraryFile, ({ tensors, metadata }) => {
        const reversed = {
          tensors: new Map([...tensors].reverse()),
          metadata: Object.fromEntries(Object.entries(metadata).reverse()),
        }
        expect(encodeToBytes(reversed)).toEqual(encodeToBytes({ tensors, metadata }))
      }),
    )
  })

  it('orders names of one dtype by code points', () => {
    const names = ['', 'a', 'a.b', 'b', 'é', '\ue000', '\uffff', '😀', '😀a']
    const tensors = new Map([...names].reverse().map((name) => [name, zeros('U8', 0, [0])]))
    expect([...decode(encodeToBytes({ tensors, metadata: {} })).tensors.keys()]).toEqual(names)
  })

  it.each<[what: string, tensor: StoredTensor, code: string]>([
    ['too few bytes', zeros('F32', 7, [2]), 'SIZE'],
    ['too many bytes', zeros('F32', 1, [0]), 'SIZE'],
    ['a negative dimension', zeros('F32', 8, [-2, -1]), 'SHAPE'],
    ['a fractional dimension', zeros('F32', 2, [0.5]), 'SHAPE'],
    ['a dimension that is no number', zeros('F32', 0, [Number.NaN]), 'SHAPE'],
    ['a shape beyond counting', zeros('F32', 0, [2 ** 40, 2 ** 40]), 'SHAPE'],
  ])('refuses a tensor with %s', (_what, tensor, code) => {
    expect(thrownCode(() => encode(fileOf('a', tensor)))).toBe(`HL_SAFETENSORS_${code}`)
  })

  it('refuses an unknown dtype', () => {
    const tensor = { ...zeros('F32', 0, [0]), ...JSON.parse('{"dtype":"constructor"}') }
    expect(thrownCode(() => encode(fileOf('a', tensor)))).toBe('HL_SAFETENSORS_DTYPE')
  })

  it('refuses a tensor under the name of the metadata', () => {
    expect(thrownCode(() => encode(fileOf('__metadata__', zeros('U8', 0, [0]))))).toBe('HL_SAFETENSORS_NAME')
  })

  it('refuses metadata that are not strings', () => {
    const file = { tensors: new Map(), metadata: JSON.parse('{"epoch":3}') }
    expect(() => encode(file)).toThrow(/metadata "epoch" is of type number.*HL_SAFETENSORS_METADATA/)
  })

  it('refuses text that UTF-8 cannot hold', () => {
    const empty = zeros('U8', 0, [0])
    expect(thrownCode(() => encode(fileOf('\ud800', empty)))).toBe('HL_SAFETENSORS_UNICODE')
    expect(thrownCode(() => encode(fileOf('a', empty, { '\udc00': '' })))).toBe('HL_SAFETENSORS_UNICODE')
    expect(thrownCode(() => encode(fileOf('a', empty, { k: '\udc00\ud800' })))).toBe('HL_SAFETENSORS_UNICODE')
  })
})

describe('a header over the limit', () => {
  const overhead = '{"__metadata__":{"k":""}}'.length
  const fileWith = (value: string) => ({ tensors: new Map(), metadata: { k: value } })

  it('is refused with what makes it long', () => {
    const file = fileOf('w', zeros('U8', 0, [0]), { history: 'x'.repeat(MAX_HEADER_BYTES), meta: '{}' })
    expect(() => encode(file)).toThrow(
      /: 51 for tensors \(1\), 100000023 for metadata \(2\), at most 100000012 for a single one \(metadata "history"\).*HL_SAFETENSORS_HEADER_TOO_LARGE/,
    )
  })

  it('is counted in bytes, not in characters', () => {
    const file = fileWith('€'.repeat(34_000_000))
    expect(thrownCode(() => encode(file))).toBe('HL_SAFETENSORS_HEADER_TOO_LARGE')
  })

  it('begins with the first byte too many', () => {
    const longest = fileWith('x'.repeat(MAX_HEADER_BYTES - overhead))
    const { header } = encode(longest)
    expect(header.byteLength).toBe(8 + MAX_HEADER_BYTES)
    expect(decodeHeader(header).metadata.k).toHaveLength(MAX_HEADER_BYTES - overhead)
    expect(thrownCode(() => encode(fileWith(`${longest.metadata.k}x`)))).toBe(
      'HL_SAFETENSORS_HEADER_TOO_LARGE',
    )
  })
})
