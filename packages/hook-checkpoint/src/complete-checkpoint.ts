import {
  type Checkpoint,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  type Storage,
  writeChunks,
} from '@hookloop/core'

/**
 * Brings parts of a stored checkpoint up to date; its weights, and whatever hooks added, stay as they are.
 * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`, `HL_STORAGE_WRITE`
 */
export async function completeCheckpoint(
  storage: Storage,
  path: string,
  { messageHub, optimizer, paramSchedulers, loop, hooks }: Checkpoint,
): Promise<void> {
  const stored = await decodeCheckpoint(await storage.read(path), path)
  const later = Object.entries({ messageHub, optimizer, paramSchedulers, loop, hooks })
  const present = Object.fromEntries(later.filter(([, value]) => value !== undefined))
  try {
    await writeChunks(storage, path, await encodeCheckpoint({ ...stored, ...present }))
  } finally {
    disposeTensors({ ...stored })
  }
}
