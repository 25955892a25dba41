import fc from 'fast-check'
import type { SafetensorsDtype } from '../src/dtype.js'
import type { SafetensorsFile, StoredTensor } from '../src/file.js'

const itemSizes: Record<SafetensorsDtype, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
}

/** Any text that UTF-8 can hold, often one that is special to JSON or to JavaScript. */
export const arbitraryText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0000', '/', 'é', '\u2028', '\uffff', '😀') }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'state_dict.conv1.weight', '0', ''),
)

const arbitraryName = arbitraryText.filter((name) => name !== '__metadata__')

/** A tensor of any dtype, of rank 0 to 4 and 0 to 256 values, with random bytes. */
export const arbitraryTensor: fc.Arbitrary<StoredTensor> = fc
  .record({
    dtype: fc.constantFrom(...Object.keys(itemSizes).filter(isKeyOfItemSizes)),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((product, dimension) => product * dimension, itemSizes[dtype])
    // A BOOL of another value than 0 and 1 is undefined behaviour in NumPy.
    const max = dtype === 'BOOL' ? 1 : 255
    return fc
      .uint8Array({ minLength: length, maxLength: length, max })
      .map((bytes) => ({ dtype, shape, bytes }))
  })

/** A file of up to 8 tensors and 4 metadata. */
export const arbitraryFile: fc.Arbitrary<SafetensorsFile> = fc.record({
  tensors: fc
    .array(fc.tuple(arbitraryName, arbitraryTensor), { maxLength: 8 })
    .map((entries) => new Map(entries)),
  metadata: fc.dictionary(arbitraryText, arbitraryText, { maxKeys: 4 }),
})

function isKeyOfItemSizes(name: string): name is SafetensorsDtype {
  return name in itemSizes
}
