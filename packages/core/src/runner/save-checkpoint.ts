import { type CheckpointParts, captureCheckpoint } from '../state/capture.js'
import { encodeCheckpoint } from '../state/checkpoint-file.js'
import { writeChunks } from '../storage/storage.js'
import type { Runner } from './runner.js'
import { logFailure } from './with-hooks.js'

/**
 * Shows where the run stands to the hooks and writes it.
 * @throws `HL_STORAGE_WRITE`
 */
export async function saveCheckpoint(runner: Runner, path: string, parts: CheckpointParts): Promise<void> {
  await runner.messageHub.settle()
  const checkpoint = captureCheckpoint(runner, parts)
  const fire = () => runner.hooks.fire.beforeSaveCheckpoint(runner, checkpoint)
  if (parts.salvage === true) await logFailure(runner, fire)
  else await fire()
  // All processes hold the same state; hooks may want to talk to each other before, one of them writes.
  if (runner.dist.rank !== 0) return
  await writeChunks(runner.storage, path, await encodeCheckpoint(checkpoint))
}
