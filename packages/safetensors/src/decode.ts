import { decodeHeader } from './decode-header.js'
import { SafetensorsError } from './errors.js'
import type { SafetensorsFile, StoredTensor } from './file.js'

/**
 * Reads a whole file. Nothing is copied: the tensors are views of `bytes`, in the order of their data.
 * @throws SafetensorsError for any file that breaks a rule of the format
 */
export function decode(bytes: Uint8Array): SafetensorsFile {
  const header = decodeHeader(bytes)
  checkLength(bytes.byteLength, header.byteLength)
  const dataOffset = bytes.byteOffset + header.dataStart
  const tensors = new Map<string, StoredTensor>()
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    // Not `subarray`, which makes a Buffer of a Buffer.
    tensors.set(name, { dtype, shape, bytes: new Uint8Array(bytes.buffer, dataOffset + begin, end - begin) })
  }
  return { tensors, metadata: header.metadata }
}

function checkLength(found: number, described: number): void {
  if (found < described) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_TRUNCATED',
      `The file has ${found} bytes; its header describes ${described}`,
    )
  }
  if (found > described) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_TRAILING_BYTES',
      `The file has ${found} bytes, ${found - described} more than its header describes`,
    )
  }
}
