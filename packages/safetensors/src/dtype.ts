import { SafetensorsError } from './errors.js'
import { quote } from './text.js'

/** The value types that this package reads and writes, by their names in the format. */
export type SafetensorsDtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL'

// The order is that of the data in a file: widest first, so that each tensor is aligned to its own values;
// within a width as the Python package writes them, so that both write the same bytes.
const itemSizes: Readonly<Record<SafetensorsDtype, number>> = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
}

const fileOrder = Object.keys(itemSizes)

/** Bytes of one value. */
export function itemSizeOf(dtype: SafetensorsDtype): number {
  return itemSizes[dtype]
}

/** Whether a name from outside is one of the dtypes. */
export function isDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(itemSizes, name)
}

/** Orders dtypes as their tensors follow each other in a file. */
export function compareDtypes(left: SafetensorsDtype, right: SafetensorsDtype): number {
  return fileOrder.indexOf(left) - fileOrder.indexOf(right)
}

/** The error for a name that is none of the dtypes. */
export function unknownDtype(name: string, where: string): SafetensorsError {
  return new SafetensorsError(
    'HL_SAFETENSORS_DTYPE',
    `${where} has the dtype ${quote(name)}; supported are ${fileOrder.join(', ')}`,
  )
}
