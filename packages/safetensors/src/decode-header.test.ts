import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entry, rawFile } from '../test/raw-file.js'
import { thrownCode } from '../test/thrown-code.js'
import { decode } from './decode.js'
import { decodeHeader, headerByteLength } from './decode-header.js'

const a = entry('a', 'F32', '[2]', 0, 8)
const unpaired = Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x7d)

/** What is wrong, the header, the length of the data, and the code to expect. */
const evil: [what: string, header: string | Uint8Array, dataLength: number, code: string][] = [
  ['an empty header', '', 0, 'HEADER'],
  ['a header of spaces', '        ', 0, 'HEADER'],
  ['a space before the header', ' {}', 0, 'HEADER'],
  ['a byte order mark', '\ufeff{}', 0, 'HEADER'],
  ['a list', '[]', 0, 'HEADER'],
  ['an unclosed header', '{', 0, 'HEADER'],
  ['a comma before the end', `{${a},}`, 8, 'HEADER'],
  ['two commas', `{${a},,${entry('b', 'U8', '[0]', 8, 8)}}`, 8, 'HEADER'],
  ['a missing colon', '{"a" {}}', 0, 'HEADER'],
  ['a key without quotation marks', '{a:{}}', 0, 'HEADER'],
  ['padding with zeros', '{}\u0000\u0000', 0, 'HEADER'],
  ['padding with line ends', '{}\n\n', 0, 'HEADER'],
  ['a second value', '{}{}', 0, 'HEADER'],
  ['an unclosed string', '{"a', 0, 'HEADER'],
  ['a string that ends in an escape', '{"a\\', 0, 'HEADER'],
  ['a bare control character', '{"a\n":{}}', 0, 'HEADER'],
  ['an unknown escape', '{"\\x41":{}}', 0, 'HEADER'],
  ['a short \\u escape', '{"\\u12":{}}', 0, 'HEADER'],
  ['half a surrogate pair as escape', '{"\\ud800":{}}', 0, 'UNICODE'],
  ['half a surrogate pair as bytes', unpaired, 0, 'UNICODE'],
  ['an overlong byte sequence', Uint8Array.of(0x7b, 0xc0, 0x80, 0x7d), 0, 'UNICODE'],
  ['a name twice', `{${a},${entry('a', 'F32', '[2]', 8, 16)}}`, 16, 'DUPLICATE_KEY'],
  ['a name twice, once escaped', `{${a},"\\u0061":{"dtype":"U8"}}`, 8, 'DUPLICATE_KEY'],
  ['__metadata__ twice', '{"__metadata__":{},"__metadata__":{}}', 0, 'DUPLICATE_KEY'],
  ['a metadata key twice', '{"__metadata__":{"a":"1","a":"2"}}', 0, 'DUPLICATE_KEY'],
  ['a field twice', '{"a":{"dtype":"U8","dtype":"U8"}}', 0, 'DUPLICATE_KEY'],
  ['metadata that are a number', '{"__metadata__":{"a":1}}', 0, 'HEADER'],
  ['metadata that nest', '{"__metadata__":{"a":{"b":"c"}}}', 0, 'HEADER'],
  ['metadata that are null', '{"__metadata__":null}', 0, 'HEADER'],
  ['metadata of deep lists', `{"__metadata__":${'['.repeat(1_000_000)}`, 0, 'HEADER'],
  ['a tensor that is a number', '{"a":1}', 0, 'HEADER'],
  ['a tensor of deep objects', `{"a":${'{"a":'.repeat(100_000)}`, 0, 'HEADER'],
  ['a tensor without fields', '{"a":{}}', 0, 'HEADER'],
  ['a tensor without offsets', '{"a":{"dtype":"U8","shape":[0]}}', 0, 'HEADER'],
  ['an unknown field', '{"a":{"strides":[1]}}', 0, 'HEADER'],
  ['a field of Object', '{"a":{"__proto__":[1]}}', 0, 'HEADER'],
  ['an unknown dtype', `{${entry('a', 'F8_E4M3', '[1]', 0, 1)}}`, 1, 'DTYPE'],
  ['a dtype in small letters', `{${entry('a', 'f32', '[1]', 0, 4)}}`, 4, 'DTYPE'],
  ['a dtype of Object', `{${entry('a', 'toString', '[1]', 0, 4)}}`, 4, 'DTYPE'],
  ['a dtype that is a number', '{"a":{"dtype":32}}', 0, 'HEADER'],
  ['a negative dimension', `{${entry('a', 'U8', '[-1]', 0, 1)}}`, 1, 'SHAPE'],
  ['a minus zero', `{${entry('a', 'U8', '[-0]', 0, 0)}}`, 0, 'SHAPE'],
  ['a fractional dimension', `{${entry('a', 'U8', '[1.0]', 0, 1)}}`, 1, 'SHAPE'],
  ['a dimension with an exponent', `{${entry('a', 'U8', '[1e0]', 0, 1)}}`, 1, 'SHAPE'],
  ['a dimension with a leading zero', `{${entry('a', 'U8', '[01]', 0, 1)}}`, 1, 'SHAPE'],
  ['a dimension of 2^53', `{${entry('a', 'U8', '[9007199254740992]', 0, 1)}}`, 1, 'SHAPE'],
  ['a dimension of a million digits', `{${entry('a', 'U8', `[${'9'.repeat(1e6)}]`, 0, 1)}}`, 1, 'SHAPE'],
  ['a shape that overflows', `{${entry('a', 'U8', '[4294967296,4294967296]', 0, 0)}}`, 0, 'SHAPE'],
  ['a shape that overflows by its dtype', `{${entry('a', 'F64', '[9007199254740991]', 0, 0)}}`, 0, 'SHAPE'],
  ['a dimension that is a string', `{${entry('a', 'U8', '["1"]', 0, 1)}}`, 1, 'HEADER'],
  ['a dimension that is null', `{${entry('a', 'U8', '[null]', 0, 1)}}`, 1, 'HEADER'],
  ['a nested shape', `{${entry('a', 'U8', '[[1]]', 0, 1)}}`, 1, 'HEADER'],
  ['a shape that is a number', `{${entry('a', 'U8', '1', 0, 1)}}`, 1, 'HEADER'],
  ['a shape with a comma at its end', `{${entry('a', 'U8', '[1,]', 0, 1)}}`, 1, 'HEADER'],
  ['a negative offset', `{${entry('a', 'U8', '[1]', -1, 0)}}`, 1, 'OFFSETS'],
  ['a fractional offset', `{${entry('a', 'U8', '[1]', 0, 1.5)}}`, 1, 'OFFSETS'],
  ['an offset of 2^64 - 1', `{${entry('a', 'U8', '[1]', 0, '18446744073709551615')}}`, 1, 'OFFSETS'],
  ['one offset', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[1]}}', 1, 'OFFSETS'],
  ['three offsets', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}', 1, 'OFFSETS'],
  ['offsets that run backwards', `{${entry('a', 'U8', '[1]', 1, 0)}}`, 1, 'OFFSETS'],
  ['too few bytes for the shape', `{${entry('a', 'F32', '[2]', 0, 4)}}`, 4, 'OFFSETS'],
  ['too many bytes for the shape', `{${entry('a', 'F32', '[0]', 0, 4)}}`, 4, 'OFFSETS'],
  ['a hole at the start', `{${entry('a', 'U8', '[1]', 1, 2)}}`, 2, 'OFFSETS'],
  ['a hole in the middle', `{${a},${entry('b', 'U8', '[1]', 9, 10)}}`, 10, 'OFFSETS'],
  ['an overlap', `{${a},${entry('b', 'U8', '[2]', 7, 9)}}`, 9, 'OFFSETS'],
  ['two tensors on the same bytes', `{${a},${entry('b', 'F32', '[2]', 0, 8)}}`, 8, 'OFFSETS'],
  ['an empty tensor inside another', `{${a},${entry('b', 'U8', '[0]', 4, 4)}}`, 8, 'OFFSETS'],
  ['data missing', `{${a}}`, 7, 'TRUNCATED'],
  ['data of petabytes missing', `{${entry('a', 'U8', '[4503599627370496]', 0, 2 ** 52)}}`, 8, 'TRUNCATED'],
  ['a byte after the data', `{${a}}`, 9, 'TRAILING_BYTES'],
  ['data of no tensor', '{}', 1, 'TRAILING_BYTES'],
]

describe('decode refuses', () => {
  it.each(evil)('%s', (_what, header, dataLength, code) => {
    expect(thrownCode(() => decode(rawFile(header, dataLength)))).toBe(`HL_SAFETENSORS_${code}`)
  })

  it.each([0, 1, 7])('a file of %i bytes', (length) => {
    expect(thrownCode(() => decode(new Uint8Array(length)))).toBe('HL_SAFETENSORS_TRUNCATED')
  })

  it('a header that goes beyond the end of the file', () => {
    expect(thrownCode(() => decode(rawFile('{}    ').subarray(0, -1)))).toBe('HL_SAFETENSORS_TRUNCATED')
  })

  it.each([100_000_001n, 2n ** 53n, 2n ** 64n - 1n])('a header that announces %i bytes', (length) => {
    const bytes = rawFile('{}')
    new DataView(bytes.buffer).setBigUint64(0, length, true)
    expect(thrownCode(() => decode(bytes))).toBe('HL_SAFETENSORS_HEADER_TOO_LARGE')
  })

  it('with a message that cuts what a hostile file could make long', () => {
    const bytes = rawFile(`{${entry('n'.repeat(1e6), 'x'.repeat(1e6), '[]', 0, 0)}}`)
    expect(() => decode(bytes)).toThrow(/^.{0,500}$/)
  })
})

describe('decodeHeader', () => {
  it('needs only the header and tells how long the file is', () => {
    const bytes = rawFile(`{${a}}  `, 8)
    const header = decodeHeader(bytes.subarray(0, headerByteLength(bytes.subarray(0, 8))))
    expect(header.tensors).toEqual(new Map([['a', { dtype: 'F32', shape: [2], begin: 0, end: 8 }]]))
    expect(header.byteLength).toBe(bytes.byteLength)
    expect(header.dataStart).toBe(bytes.byteLength - 8)
  })

  it('orders tensors by their data, wherever the header names them', () => {
    const empty = entry('empty', 'F32', '[0,3]', 8, 8)
    const bytes = rawFile(`{${entry('b', 'U8', '[1]', 8, 9)},${empty},${a}}`, 9)
    expect([...decodeHeader(bytes).tensors.keys()]).toEqual(['a', 'empty', 'b'])
  })

  it('takes whitespace between tokens and fields in any order', () => {
    const json = '{ "a"\t:\r\n{ "data_offsets" : [ 0 , 1 ] , "shape" : [ ] , "dtype" : "U8" } } '
    expect(decodeHeader(rawFile(json)).tensors.get('a')).toEqual({ dtype: 'U8', shape: [], begin: 0, end: 1 })
  })

  it('keeps names of Object as plain data', () => {
    const json = `{"__metadata__":{"__proto__":"p","constructor":"c"},${entry('__proto__', 'U8', '[0]', 0, 0)}}`
    const { tensors, metadata } = decodeHeader(rawFile(json))
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ])
    expect(metadata.toString).toBeUndefined()
    expect([...tensors.keys()]).toEqual(['__proto__'])
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false)
  })

  it('reads what JSON.parse reads, or refuses', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"\\u00e9\\n"',
      '"dtype"',
      '"U8"',
      ' ',
      '0',
    )
    const fields = '"dtype":"U8","shape":[0],"data_offsets":[0,0]'
    const metadataJson = fc
      .array(token, { maxLength: 6 })
      .map((tokens) => `{"__metadata__":{${tokens.join('')}}}`)
    const tensorJson = fc
      .array(token, { maxLength: 3 })
      .map((tokens) => `{"t":{${fields}${tokens.join('')}}}`)
    fc.assert(
      fc.property(fc.oneof(metadataJson, tensorJson), (json) => {
        const bytes = rawFile(json)
        if (thrownCode(() => decodeHeader(bytes)) !== undefined) return
        const { __metadata__: metadata = {}, ...tensors } = JSON.parse(json)
        const header = decodeHeader(bytes)
        expect({ ...header.metadata }).toEqual(metadata)
        expect([...header.tensors.keys()]).toEqual(Object.keys(tensors))
      }),
      { numRuns: 2000 },
    )
  })
})
