import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryTensor } from '../test/arbitrary-file.js'
import { thrownCode } from '../test/thrown-code.js'
import { fromTypedArray, type SourceTypedArray, toTypedArray } from './typed-array.js'

describe('fromTypedArray and toTypedArray', () => {
  it.each<[values: SourceTypedArray, dtype: string]>([
    [Float64Array.of(Math.PI, -0), 'F64'],
    [Float32Array.of(1.5, Number.NaN), 'F32'],
    [BigInt64Array.of(-(2n ** 63n), 1n), 'I64'],
    [Int32Array.of(-(2 ** 31), 1), 'I32'],
    [Int16Array.of(-(2 ** 15), 1), 'I16'],
    [Int8Array.of(-128, 1), 'I8'],
    [BigUint64Array.of(2n ** 64n - 1n, 1n), 'U64'],
    [Uint32Array.of(2 ** 32 - 1, 1), 'U32'],
    [Uint16Array.of(65535, 1), 'U16'],
    [Uint8Array.of(255, 1), 'U8'],
  ])('carry %o as %s, without a copy', (values, dtype) => {
    const tensor = fromTypedArray(values, [2, 1])
    expect(tensor.dtype).toBe(dtype)
    expect(tensor.bytes.buffer).toBe(values.buffer)
    expect(toTypedArray(tensor)).toEqual(values)
    expect(toTypedArray(tensor).buffer).toBe(values.buffer)
  })

  it('store little-endian bytes', () => {
    expect([...fromTypedArray(Int32Array.of(0x01020304), []).bytes]).toEqual([4, 3, 2, 1])
  })

  it('store only the part that a view shows', () => {
    const tensor = fromTypedArray(Float32Array.of(1, 2, 3, 4).subarray(1, 3), [2])
    expect(tensor.bytes.byteLength).toBe(8)
    expect(toTypedArray(tensor)).toEqual(Float32Array.of(2, 3))
  })

  it('carry booleans as bytes', () => {
    const tensor = fromTypedArray(Uint8Array.of(0, 1), [2], 'BOOL')
    expect(tensor.dtype).toBe('BOOL')
    expect(toTypedArray(tensor)).toEqual(Uint8Array.of(0, 1))
  })

  it('round to half precision', () => {
    const values = Float32Array.of(1, 1 / 3, 70000, -1e-8)
    expect(toTypedArray(fromTypedArray(values, [4], 'F16'))).toEqual(
      Float32Array.of(1, 0.333251953125, Infinity, -0),
    )
    expect(toTypedArray(fromTypedArray(values, [4], 'BF16'))).toEqual(
      Float32Array.of(1, 0.333984375, 70144, -1.0011717677116394e-8),
    )
  })

  it('take clamped bytes as U8', () => {
    expect(fromTypedArray(Uint8ClampedArray.of(300), []).bytes).toEqual(Uint8Array.of(255))
  })

  it('read a tensor from any position in memory alike', () => {
    fc.assert(
      fc.property(arbitraryTensor, fc.nat(7), (tensor, offset) => {
        const memory = Buffer.alloc(offset + tensor.bytes.byteLength)
        memory.set(tensor.bytes, offset)
        expect(toTypedArray({ ...tensor, bytes: memory.subarray(offset) })).toEqual(toTypedArray(tensor))
      }),
    )
  })

  it('refuse a shape that does not fit', () => {
    expect(thrownCode(() => fromTypedArray(Float32Array.of(1, 2), [3]))).toBe('HL_SAFETENSORS_SIZE')
    expect(thrownCode(() => fromTypedArray(Float32Array.of(1), [1], 'F16'))).toBeUndefined()
    expect(thrownCode(() => fromTypedArray(Float32Array.of(1), [-1]))).toBe('HL_SAFETENSORS_SHAPE')
    const tensor = { dtype: 'F32', shape: [1], bytes: new Uint8Array(3) } as const
    expect(thrownCode(() => toTypedArray(tensor))).toBe('HL_SAFETENSORS_SIZE')
  })

  it('refuse a dtype that would change or misread values', () => {
    expect(() => fromTypedArray(Float64Array.of(1), [1], 'F32')).toThrow(
      /A Float64Array cannot be stored as F32.*HL_SAFETENSORS_DTYPE/,
    )
    expect(thrownCode(() => fromTypedArray(Int32Array.of(1), [1], 'I64'))).toBe('HL_SAFETENSORS_DTYPE')
    expect(thrownCode(() => fromTypedArray(Int8Array.of(1), [1], 'BOOL'))).toBe('HL_SAFETENSORS_DTYPE')
    const foreign = { ...fromTypedArray(Uint8Array.of(1), [1]), ...JSON.parse('{"dtype":"F8_E4M3"}') }
    expect(thrownCode(() => toTypedArray(foreign))).toBe('HL_SAFETENSORS_DTYPE')
  })

  it('refuse booleans beyond 0 and 1', () => {
    expect(() => fromTypedArray(Uint8Array.of(1, 0, 2), [3], 'BOOL')).toThrow(
      /Value 2 is 2.*HL_SAFETENSORS_VALUE/,
    )
  })
})
