import {
  decode,
  encode,
  fromTypedArray,
  type SafetensorsFile,
  type StoredTensor,
  toTypedArray,
} from '@hookloop/safetensors'
import { Tensor, tensor } from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Checkpoint, CheckpointMeta } from './checkpoint.js'
import { type Blobs, isStateArray, type Json, packTree, unpackTree } from './pack-tree.js'
import type { StateArray, StateValue } from './state-tree.js'

const format = 'hookloop-checkpoint-1'

/** Weights of other programs carry no meta; they are good for `loadFrom` but cannot be resumed. */
const unknownMeta: CheckpointMeta = {
  epoch: 0,
  iter: 0,
  seed: 0,
  experimentName: '',
  time: '',
  hookloopVersion: '',
  packages: {},
  engine: '',
}

/**
 * The bytes of a checkpoint file (safetensors): tensors and arrays under `state_dict.*`, `optimizer.*`, …;
 * the rest as JSON in the metadata, one entry per part, and a checksum over all of it.
 * @throws `HL_CHECKPOINT_DTYPE` for strings and complex numbers
 */
export async function encodeCheckpoint(checkpoint: Partial<Checkpoint>): Promise<Uint8Array[]> {
  const blobs: Blobs = new Map()
  const metadata: Record<string, string> = {}
  for (const [part, value] of Object.entries(checkpoint)) {
    if (value === undefined) continue
    const name = snakeCase(part)
    const json = packTree(name, storable(part, value), blobs)
    if (!isTensorMap(value)) metadata[name] = JSON.stringify(json)
  }
  const tensors: SafetensorsFile['tensors'] = new Map()
  for (const [name, value] of blobs) tensors.set(name, await storedTensor(name, value))
  const file: SafetensorsFile = { tensors, metadata: { format, ...metadata } }
  file.metadata.checksum = await checksum(file)
  const { header, chunks } = encode(file)
  return [header, ...chunks]
}

/**
 * Reads what {@link encodeCheckpoint} wrote; other safetensors files give a checkpoint with their tensors as
 * `stateDict`. The caller owns all tensors of the result.
 * @throws `HL_CHECKPOINT_DAMAGED` when the file is not whole
 */
export async function decodeCheckpoint(bytes: Uint8Array, path: string): Promise<Checkpoint> {
  const file = readFile(bytes, path)
  // Either mark makes it ours, so that damage to one of them is noticed by the other.
  const expected = file.metadata.checksum
  if (file.metadata.format !== format && expected === undefined) return foreignWeights(file)
  if (expected !== (await checksum(file))) throw damaged(path, 'its checksum does not fit its content')
  return { ...readParts(file, path), ...readTensorMaps(file) }
}

function readFile(bytes: Uint8Array, path: string): SafetensorsFile {
  try {
    return decode(bytes)
  } catch (error) {
    throw damaged(path, error instanceof Error ? error.message : String(error), error)
  }
}

function readParts(file: SafetensorsFile, path: string): Checkpoint {
  const parts: Checkpoint = { meta: unknownMeta, stateDict: {} }
  for (const [name, text] of Object.entries(file.metadata)) {
    if (name === 'format' || name === 'checksum') continue
    const json: Json = JSON.parse(text)
    parts[camelCase(name)] = unpackTree(json, (kind, key) => restoredBlob(file, path, kind, key))
  }
  return parts
}

/** Parts that hold tensors only have no metadata; their names say it all. */
function readTensorMaps(file: SafetensorsFile): Record<string, Record<string, Tensor>> {
  const maps: Record<string, Record<string, Tensor>> = {}
  for (const [name, stored] of file.tensors) {
    const dot = name.indexOf('.')
    const part = name.slice(0, dot)
    if (dot < 0 || part in file.metadata) continue
    const map = maps[camelCase(part)] ?? {}
    map[name.slice(dot + 1)] = restoredTensor(stored)
    maps[camelCase(part)] = map
  }
  return maps
}

function foreignWeights(file: SafetensorsFile): Checkpoint {
  const stateDict: Record<string, Tensor> = {}
  for (const [name, stored] of file.tensors) stateDict[name] = restoredTensor(stored)
  return { meta: unknownMeta, stateDict }
}

function restoredBlob(
  file: SafetensorsFile,
  path: string,
  kind: 'tensor' | 'array',
  name: string,
): StateValue {
  const stored = file.tensors.get(name)
  if (stored === undefined) throw damaged(path, `the tensor '${name}' is missing`)
  return kind === 'tensor' ? restoredTensor(stored) : restoredArray(stored)
}

async function storedTensor(name: string, value: Tensor | StateArray): Promise<StoredTensor> {
  if (!(value instanceof Tensor)) return fromTypedArray(value, [value.length])
  if (value.dtype === 'string' || value.dtype === 'complex64') {
    throw new HookloopError(
      'HL_CHECKPOINT_DTYPE',
      `'${name}' is ${value.dtype}; a checkpoint holds float32, int32 and bool`,
    )
  }
  const values = await value.data()
  return fromTypedArray(values, value.shape, value.dtype === 'bool' ? 'BOOL' : undefined)
}

function restoredTensor(stored: StoredTensor): Tensor {
  const values = toTypedArray(stored)
  const shape = [...stored.shape]
  if (stored.dtype === 'BOOL') return tensor(Uint8Array.from(values, Number), shape, 'bool')
  if (values instanceof Float32Array) return tensor(values.slice(), shape, 'float32')
  if (values instanceof Float64Array) return tensor(Float32Array.from(values), shape, 'float32')
  return tensor(Int32Array.from(values, Number), shape, 'int32')
}

function restoredArray(stored: StoredTensor): StateArray {
  const values = toTypedArray(stored)
  if (values instanceof Float64Array || values instanceof Float32Array) return values.slice()
  if (values instanceof Uint32Array || values instanceof Uint8Array || values instanceof BigInt64Array)
    return values.slice()
  return Int32Array.from(values, Number)
}

async function checksum({ tensors, metadata }: SafetensorsFile): Promise<string> {
  const text = new TextEncoder()
  const parts: Uint8Array[] = []
  for (const key of Object.keys(metadata).sort()) {
    if (key !== 'checksum') parts.push(text.encode(`${key}\0${metadata[key]}\0`))
  }
  for (const name of [...tensors.keys()].sort()) {
    const stored = tensors.get(name)
    if (stored !== undefined)
      parts.push(text.encode(`${name}\0${stored.dtype}\0${stored.shape}\0`), stored.bytes)
  }
  return `sha256:${await platform.sha256(parts)}`
}

function isTensorMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const items = Object.values(value)
  return items.length > 0 && items.every((item) => item instanceof Tensor)
}

function storable(part: string, value: unknown): StateValue {
  if (isStateValue(value)) return value
  throw new HookloopError(
    'HL_CHECKPOINT_VALUE',
    `the part '${part}' of the checkpoint holds something that cannot be stored; ` +
      'allowed are tensors, typed arrays, strings, numbers, booleans, null, and lists and plain objects of them',
  )
}

function isStateValue(value: unknown): value is StateValue {
  if (value === null || value === undefined || ['string', 'number', 'boolean'].includes(typeof value))
    return true
  if (value instanceof Tensor || isStateArray(value)) return true
  if (Array.isArray(value)) return value.every(isStateValue)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every(isStateValue)
}

function damaged(path: string, reason: string, cause?: unknown): HookloopError {
  return new HookloopError(
    'HL_CHECKPOINT_DAMAGED',
    `the checkpoint ${path} is damaged: ${reason}. Load another one; older checkpoints lie in the same folder`,
    { cause },
  )
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
