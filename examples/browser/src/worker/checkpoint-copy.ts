import { captureCheckpoint, encodeCheckpoint, type Runner } from '@hookloop/core'
import type { CheckpointFile } from '../messages.js'

/** What a run would save now, as a file that is stored nowhere. */
export async function copyCheckpoint(runner: Runner): Promise<CheckpointFile> {
  await runner.messageHub.settle()
  const checkpoint = captureCheckpoint(runner, { salvage: true })
  await runner.hooks.fire.beforeSaveCheckpoint(runner, checkpoint)
  const parts = await encodeCheckpoint(checkpoint)
  const bytes = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return { name: `iter_${checkpoint.meta.iter}.safetensors`, bytes }
}
