import { SafetensorsError } from './errors.js'

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

// The order is that of the data in a file: widest first, so that each tensor is aligned to its own
// values. Within a width it is the one that the Python package writes, which makes bytes comparable.
const itemBytes: ReadonlyMap<string, number> = new Map<SafetensorsDtype, number>([
  ['U64', 8],
  ['I64', 8],
  ['F64', 8],
  ['F32', 4],
  ['U32', 4],
  ['I32', 4],
  ['BF16', 2],
  ['F16', 2],
  ['U16', 2],
  ['I16', 2],
  ['I8', 1],
  ['U8', 1],
  ['BOOL', 1],
])
