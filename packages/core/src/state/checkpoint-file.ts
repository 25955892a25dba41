import { decode, encode, type SafetensorsFile } from '@hookloop/safetensors'
import { ready, Tensor } from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { reasonOf } from '../errors/hook-error.js'
import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import type { Checkpoint, CheckpointMeta } from './checkpoint.js'
import { type Blobs, type Json, packTree, unpackTree } from './pack-tree.js'
import type { StateValue } from './state-tree.js'
import { restoredArray, restoredTensor, storedTensor } from './stored-values.js'

const formatPrefix = 'hookloop-checkpoint-'
const format = `${formatPrefix}1`

/** Weights of other programs carry no meta; they are good for `loadFrom` but cannot be resumed. */
const unknownMeta: Readonly<CheckpointMeta> = {
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
 * @throws `HL_CHECKPOINT_VALUE` for what cannot be stored, `HL_CHECKPOINT_DTYPE` for strings and complex numbers,
 * `HL_CHECKPOINT_PART` for a part whose name would not come back
 */
export async function encodeCheckpoint(checkpoint: Partial<Checkpoint>): Promise<Uint8Array[]> {
  const blobs: Blobs = new Map()
  const metadata: Record<string, string> = { format }
  for (const [part, value] of Object.entries(checkpoint)) {
    if (value === undefined) continue
    const name = nameOfPart(part)
    const json = packTree(name, part, value, blobs)
    if (!isTensorMap(value)) metadata[name] = JSON.stringify(json)
  }
  const tensors: SafetensorsFile['tensors'] = new Map()
  for (const [name, value] of blobs) tensors.set(name, await storedTensor(name, value))
  metadata.checksum = await checkpointChecksum({ tensors, metadata })
  const { header, chunks } = encode({ tensors, metadata })
  return [header, ...chunks]
}

/**
 * Reads what {@link encodeCheckpoint} wrote; other safetensors files give a checkpoint with their tensors as
 * `stateDict`. The caller owns all tensors of the result.
 * @throws `HL_CHECKPOINT_DAMAGED` when the file is not whole, `HL_CHECKPOINT_VERSION` when it is of a later format
 */
export async function decodeCheckpoint(bytes: Uint8Array, path: string): Promise<Checkpoint> {
  const file = explained(path, () => decode(bytes))
  if (isOurs(file) && file.metadata.checksum !== (await checkpointChecksum(file)))
    throw damaged(path, 'its checksum does not fit its content')
  // Backends of pages and WebAssembly start asynchronously; before that no tensor can be made.
  await ready()
  const made: Tensor[] = []
  try {
    return explained(path, () => (isOurs(file) ? readParts(file, path, made) : foreignWeights(file, made)))
  } catch (error) {
    for (const tensor of made) tensor.dispose()
    throw error
  }
}

/** Either mark will do: damage to one must not make the file pass for weights of another program. */
function isOurs({ metadata }: SafetensorsFile): boolean {
  return (
    metadata.format?.startsWith(formatPrefix) === true ||
    /^sha256:[0-9a-f]{64}$/.test(metadata.checksum ?? '')
  )
}

function readParts({ tensors, metadata }: SafetensorsFile, path: string, made: Tensor[]): Checkpoint {
  if (metadata.format !== format) throw ofLaterFormat(path, metadata.format)
  const restore = (kind: 'tensor' | 'array', name: string): StateValue => {
    const stored = tensors.get(name)
    if (stored === undefined) throw damaged(path, `the tensor '${name}' is missing`)
    if (kind === 'array') return restoredArray(stored)
    const restored = restoredTensor(stored)
    made.push(restored)
    return restored
  }
  const parts = new Map<string, StateValue>()
  for (const [name, text] of Object.entries(metadata)) {
    if (reservedNames.includes(name)) continue
    const json: Json = JSON.parse(text)
    parts.set(camelCase(name), unpackTree(json, restore))
  }
  // Parts that hold tensors only have no metadata; their names say it all.
  const maps = new Map<string, (readonly [key: string, value: StateValue])[]>()
  for (const name of tensors.keys()) {
    const dot = name.indexOf('.')
    const part = name.slice(0, dot)
    if (dot < 0 || Object.hasOwn(metadata, part)) continue
    const entries = maps.get(part) ?? []
    entries.push([name.slice(dot + 1), restore('tensor', name)])
    maps.set(part, entries)
  }
  for (const [part, entries] of maps) parts.set(camelCase(part), Object.fromEntries(entries))
  return { meta: { ...unknownMeta }, stateDict: {}, ...Object.fromEntries(parts) }
}

function foreignWeights({ tensors }: SafetensorsFile, made: Tensor[]): Checkpoint {
  const entries = [...tensors].map(([name, stored]) => {
    const restored = restoredTensor(stored)
    made.push(restored)
    return [name, restored] as const
  })
  return { meta: { ...unknownMeta }, stateDict: Object.fromEntries(entries) }
}

/** What a checkpoint file has as `checksum` in its metadata: `sha256:` over its other metadata and all tensors. */
export async function checkpointChecksum({ tensors, metadata }: SafetensorsFile): Promise<string> {
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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const items = Object.values(value)
  return items.length > 0 && items.every((item) => item instanceof Tensor)
}

const reservedNames: readonly string[] = ['format', 'checksum']

function nameOfPart(part: string): string {
  if (/^[a-z][A-Za-z0-9]*$/.test(part) && !reservedNames.includes(part))
    return part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  throw new HookloopError(
    'HL_CHECKPOINT_PART',
    `'${part}' cannot be the name of a part of a checkpoint; use letters and digits such as emaStateDict, ` +
      `but none of ${reservedNames.join(', ')}`,
  )
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Runs `action`; errors without a code of ours come out as damage. */
function explained<Result>(path: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw hasCode(error) && error.code.startsWith('HL_CHECKPOINT')
      ? error
      : damaged(path, reasonOf(error), error)
  }
}

function damaged(path: string, reason: string, cause?: unknown): HookloopError {
  return new HookloopError(
    'HL_CHECKPOINT_DAMAGED',
    `the checkpoint ${path} is damaged: ${reason}. Load another one; older checkpoints lie in the same folder`,
    { cause },
  )
}

function ofLaterFormat(path: string, found: string | undefined): HookloopError {
  return new HookloopError(
    'HL_CHECKPOINT_VERSION',
    `the checkpoint ${path} has the format ${found}, but this @hookloop/core reads ${format}; ` +
      'update it: npm install @hookloop/core@latest',
  )
}
