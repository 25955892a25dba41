import {
  type Checkpoint,
  type ClockState,
  decodeCheckpoint,
  disposeTensors,
  encodeCheckpoint,
  type Storage,
  writeChunks,
} from '@hookloop/core'

/** Parts of a checkpoint, and the time that training took until then. */
export type NewerParts = Omit<Partial<Checkpoint>, 'meta'> & { clock?: ClockState }

/** What a validation can change: histories, schedules, states of hooks, where training stands; not the weights. */
export function partsOfValidation(checkpoint: Checkpoint): NewerParts {
  const { messageHub, optimizer, paramSchedulers, loop, hooks, meta } = checkpoint
  const parts = Object.entries({ messageHub, optimizer, paramSchedulers, loop, hooks, clock: meta.clock })
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined))
}

/**
 * Puts newer parts into a stored checkpoint; the others stay as they are.
 * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`, `HL_STORAGE_WRITE`
 */
export async function completeCheckpoint(
  storage: Storage,
  path: string,
  { clock, ...newer }: NewerParts,
): Promise<void> {
  const stored = await decodeCheckpoint(await storage.read(path), path)
  try {
    const meta = clock === undefined ? stored.meta : { ...stored.meta, clock }
    await writeChunks(storage, path, await encodeCheckpoint({ ...stored, ...newer, meta }))
  } finally {
    disposeTensors({ ...stored })
  }
}
