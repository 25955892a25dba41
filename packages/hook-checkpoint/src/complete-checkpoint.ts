import {
  type Checkpoint,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  type Storage,
  writeChunks,
} from '@hookloop/core'

/** What a validation can change: histories, schedules, states of hooks, where training stands; not the weights. */
export function partsOfValidation({
  messageHub,
  optimizer,
  paramSchedulers,
  loop,
  hooks,
}: Checkpoint): Partial<Checkpoint> {
  const parts = Object.entries({ messageHub, optimizer, paramSchedulers, loop, hooks })
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined))
}

/**
 * Puts newer parts into a stored checkpoint; the others stay as they are.
 * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`, `HL_STORAGE_WRITE`
 */
export async function completeCheckpoint(
  storage: Storage,
  path: string,
  newer: Partial<Checkpoint>,
): Promise<void> {
  const stored = await decodeCheckpoint(await storage.read(path), path)
  try {
    await writeChunks(storage, path, await encodeCheckpoint({ ...stored, ...newer }))
  } finally {
    disposeTensors({ ...stored })
  }
}
