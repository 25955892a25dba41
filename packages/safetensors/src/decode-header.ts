import { isDtype, type SafetensorsDtype, unknownDtype } from './dtype.js'
import { SafetensorsError } from './errors.js'
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from './file.js'
import { HeaderScanner } from './header-scanner.js'
import { byteLengthOf } from './shape.js'
import { quote } from './text.js'

/** Where one tensor lies in a file. */
export interface TensorInfo {
  dtype: SafetensorsDtype
  shape: readonly number[]
  /** First byte, counted from the start of the data. */
  begin: number
  /** One past the last byte, counted from the start of the data. */
  end: number
}

/** What a header says, checked. */
export interface SafetensorsHeader {
  /** In the order of their data. */
  tensors: Map<string, TensorInfo>
  /** Without a prototype, so that no key can collide with one of `Object`. */
  metadata: Record<string, string>
  /** Where the data start, counted from the start of the file. */
  dataStart: number
  /** The length of the whole file. */
  byteLength: number
}

/**
 * How many bytes from the start of a file {@link decodeHeader} needs.
 * @param bytes the first 8 bytes of the file, or more
 * @throws SafetensorsError `HL_SAFETENSORS_TRUNCATED`, `HL_SAFETENSORS_HEADER_TOO_LARGE`
 */
export function headerByteLength(bytes: Uint8Array): number {
  if (bytes.byteLength < LENGTH_BYTES) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_TRUNCATED',
      `The file has ${bytes.byteLength} bytes; the length of its header alone takes ${LENGTH_BYTES}`,
    )
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true)
  if (length > MAX_HEADER_BYTES) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_HEADER_TOO_LARGE',
      `The file announces a header of ${length} bytes; allowed are ${MAX_HEADER_BYTES}; is it a safetensors file?`,
    )
  }
  return LENGTH_BYTES + Number(length)
}

/**
 * Reads and checks the header alone; the data need not be there.
 * @param bytes the file from its start, at least {@link headerByteLength} bytes
 * @throws SafetensorsError for any header that breaks a rule of the format
 */
export function decodeHeader(bytes: Uint8Array): SafetensorsHeader {
  const dataStart = headerByteLength(bytes)
  if (bytes.byteLength < dataStart) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_TRUNCATED',
      `The file ends after ${bytes.byteLength} bytes, inside its header of ${dataStart} bytes`,
    )
  }
  const { entries, metadata } = readEntries(decodeUtf8(bytes.subarray(LENGTH_BYTES, dataStart)))
  entries.sort(([, left], [, right]) => left.begin - right.begin || left.end - right.end)
  return { tensors: new Map(entries), metadata, dataStart, byteLength: dataStart + checkCoverage(entries) }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // A copy, because browsers refuse to decode shared memory. A byte order mark stays, to be refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes))
  } catch {
    throw new SafetensorsError('HL_SAFETENSORS_UNICODE', 'The header is not valid UTF-8')
  }
}

function readEntries(text: string) {
  if (!text.startsWith('{')) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_HEADER',
      `The header starts with ${quote(text.slice(0, 20))} instead of "{"; is it a safetensors file?`,
    )
  }
  const entries: [name: string, info: TensorInfo][] = []
  let metadata: Record<string, string> = Object.create(null)
  const scanner = new HeaderScanner(text)
  for (const name of scanner.keys('the header')) {
    if (name === METADATA_KEY) metadata = readMetadata(scanner)
    else entries.push([name, readTensorInfo(scanner, `tensor ${quote(name)}`)])
  }
  scanner.end()
  return { entries, metadata }
}

function readMetadata(scanner: HeaderScanner): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null)
  for (const key of scanner.keys(METADATA_KEY)) {
    metadata[key] = scanner.string(`the value of ${quote(key)} in ${METADATA_KEY}`)
  }
  return metadata
}

function readTensorInfo(scanner: HeaderScanner, where: string): TensorInfo {
  let dtype: SafetensorsDtype | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  for (const field of scanner.keys(where)) {
    if (field === 'dtype') dtype = readDtype(scanner, where)
    else if (field === 'shape') shape = scanner.wholeNumbers(`the shape of ${where}`, 'HL_SAFETENSORS_SHAPE')
    else if (field === 'data_offsets') offsets = readOffsets(scanner, where)
    else throw wrongFields(`${where} has the field ${quote(field)}`)
  }
  if (!dtype || !shape || !offsets) throw wrongFields(`${where} lacks a field`)
  return { dtype, shape, ...locate(offsets, byteLengthOf(dtype, shape, where), where) }
}

function wrongFields(finding: string): SafetensorsError {
  return new SafetensorsError(
    'HL_SAFETENSORS_HEADER',
    `${finding}; each tensor has exactly dtype, shape and data_offsets`,
  )
}

function readDtype(scanner: HeaderScanner, where: string): SafetensorsDtype {
  const name = scanner.string(`the dtype of ${where}`)
  if (isDtype(name)) return name
  throw unknownDtype(name, where)
}

function readOffsets(scanner: HeaderScanner, where: string): number[] {
  return scanner.wholeNumbers(`the data_offsets of ${where}`, 'HL_SAFETENSORS_OFFSETS')
}

function locate(offsets: number[], byteLength: number, where: string) {
  const [begin, end] = offsets
  if (begin === undefined || end === undefined || offsets.length !== 2) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_OFFSETS',
      `${where} has ${offsets.length} data_offsets; there are two, begin and end`,
    )
  }
  if (end - begin !== byteLength) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_OFFSETS',
      `${where} has the data_offsets ${begin} and ${end}; its dtype and shape take ${byteLength} bytes`,
    )
  }
  return { begin, end }
}

/** Checks that the data of one tensor start where those of the one before end; returns the end of the last. */
function checkCoverage(entries: readonly [name: string, info: TensorInfo][]): number {
  let covered = 0
  for (const [name, { begin, end }] of entries) {
    if (begin !== covered) {
      const finding = begin > covered ? 'leaves a hole' : 'overlaps another tensor'
      throw new SafetensorsError(
        'HL_SAFETENSORS_OFFSETS',
        `tensor ${quote(name)} begins at data byte ${begin} and ${finding}; the data before it end at ${covered}`,
      )
    }
    covered = end
  }
  return covered
}
