import {
  type Checkpoint,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  type Storage,
  writeChunks,
} from '@hookloop/core'
import { fileNameOf, publishedName } from './file-names.js'

/** What came of publishing a checkpoint. */
export interface PublishedCopy {
  readonly path: string
  /** Parts that were left out. */
  readonly dropped: readonly string[]
  /** Parts that were asked for but are not in the file. */
  readonly absent: readonly string[]
}

/**
 * Writes a copy of a checkpoint with some of its parts only, `<stem>-<first 8 digits of its SHA-256>.safetensors`
 * in the same folder.
 * @param keys names of the parts to keep, such as `stateDict` (or `state_dict`)
 * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`, `HL_STORAGE_WRITE`
 */
export async function publishCopy(
  storage: Storage,
  path: string,
  keys: readonly string[],
): Promise<PublishedCopy> {
  const checkpoint = await decodeCheckpoint(await storage.read(path), path)
  try {
    const wanted = keys.map(camelCase)
    const parts = Object.keys(checkpoint)
    const bytes = joined(await encodeCheckpoint(partsOf(checkpoint, wanted)))
    const name = fileNameOf(path)
    const copy = `${path.slice(0, path.length - name.length)}${publishedName(name, await sha256(bytes))}`
    await writeChunks(storage, copy, [bytes])
    return {
      path: copy,
      dropped: parts.filter((part) => !wanted.includes(part)),
      absent: wanted.filter((part) => !parts.includes(part)),
    }
  } finally {
    disposeTensors({ ...checkpoint })
  }
}

function partsOf(checkpoint: Checkpoint, wanted: readonly string[]): Partial<Checkpoint> {
  return Object.fromEntries(Object.entries(checkpoint).filter(([part]) => wanted.includes(part)))
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
