import { isDtype, unknownDtype } from './dtype.js'
import { SafetensorsError } from './errors.js'
import { ALIGNMENT, LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY, type StoredTensor } from './file.js'
import { byteLengthOf } from './shape.js'
import { compareCodePoints, isWellFormed, quote } from './text.js'

type NamedTensor = readonly [name: string, tensor: StoredTensor]

/** One member of a JSON object, and whose it is. */
interface Member {
  owner: string
  json: string
}

/** The length of the JSON, the JSON, and spaces up to where the data can start. */
export function encodeHeader(
  tensorsInFileOrder: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const json = encodeJson(metadataMembers(metadata), tensorMembers(tensorsInFileOrder))
  const paddedLength = Math.ceil(json.byteLength / ALIGNMENT) * ALIGNMENT
  const header = new Uint8Array(LENGTH_BYTES + paddedLength).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(paddedLength), true)
  header.set(json, LENGTH_BYTES)
  return header
}

function encodeJson(metadata: readonly Member[], tensors: readonly Member[]): Uint8Array {
  // A character takes at least a byte. Counting them first avoids texts beyond what JavaScript can hold.
  const characters = characterCount(metadata) + characterCount(tensors)
  if (characters > MAX_HEADER_BYTES) throw tooLarge(characters, metadata, tensors)
  const members = tensors.map(({ json }) => json)
  if (metadata.length > 0) {
    members.unshift(`"${METADATA_KEY}":{${metadata.map(({ json }) => json).join(',')}}`)
  }
  const bytes = new TextEncoder().encode(`{${members.join(',')}}`)
  if (bytes.byteLength > MAX_HEADER_BYTES) throw tooLarge(bytes.byteLength, metadata, tensors)
  return bytes
}

function characterCount(members: readonly Member[]): number {
  return members.reduce((sum, { json }) => sum + json.length, 0)
}

function metadataMembers(metadata: Readonly<Record<string, string>>): Member[] {
  const entries = Object.entries(metadata).sort(([left], [right]) => compareCodePoints(left, right))
  return entries.map(([key, value]) => {
    const owner = `metadata ${quote(key)}`
    if (typeof value !== 'string') {
      throw new SafetensorsError(
        'HL_SAFETENSORS_METADATA',
        `${owner} is of type ${typeof value}; only strings can be stored, so turn it into JSON`,
      )
    }
    checkWellFormed(key, owner)
    checkWellFormed(value, owner)
    return { owner, json: `${JSON.stringify(key)}:${JSON.stringify(value)}` }
  })
}

function tensorMembers(tensorsInFileOrder: readonly NamedTensor[]): Member[] {
  let offset = 0
  return tensorsInFileOrder.map(([name, tensor]) => {
    const owner = `tensor ${quote(name)}`
    checkName(name, owner)
    checkTensor(tensor, owner)
    const begin = offset
    offset += tensor.bytes.byteLength
    const entry = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, offset] }
    return { owner, json: `${JSON.stringify(name)}:${JSON.stringify(entry)}` }
  })
}

function checkName(name: string, owner: string): void {
  checkWellFormed(name, owner)
  if (name === METADATA_KEY) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_NAME',
      `A tensor cannot be named ${quote(name)}, which the format keeps for metadata; choose another name`,
    )
  }
}

function checkTensor({ dtype, shape, bytes }: StoredTensor, owner: string): void {
  if (!isDtype(dtype)) throw unknownDtype(dtype, owner)
  const byteLength = byteLengthOf(dtype, shape, owner)
  if (bytes.byteLength !== byteLength) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_SIZE',
      `${owner} has ${bytes.byteLength} bytes; ${dtype} of shape [${shape}] takes ${byteLength}`,
    )
  }
}

function checkWellFormed(text: string, owner: string): void {
  if (!isWellFormed(text)) {
    throw new SafetensorsError('HL_SAFETENSORS_UNICODE', `${owner} has half a surrogate pair in its text`)
  }
}

function tooLarge(size: number, metadata: readonly Member[], tensors: readonly Member[]): SafetensorsError {
  const largest = [...metadata, ...tensors].reduce((left, right) =>
    left.json.length >= right.json.length ? left : right,
  )
  return new SafetensorsError(
    'HL_SAFETENSORS_HEADER_TOO_LARGE',
    `The header would take at least ${size} bytes; readers refuse more than ${MAX_HEADER_BYTES}. ` +
      `Characters in it: ${characterCount(tensors)} for tensors (${tensors.length}), ` +
      `${characterCount(metadata)} for metadata (${metadata.length}), ` +
      `at most ${largest.json.length} for a single one (${largest.owner}). ` +
      'Store as tensors what grows, and several small tensors as one',
  )
}
