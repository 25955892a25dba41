import { HookloopError } from '../errors/hookloop-error.js'
import { bytesOf } from './bytes.js'
import type { PendingFile } from './storage.js'

/** What a store does for a file; {@link guardFile} looks after the order of the calls. */
export interface UnguardedFile {
  write(bytes: Uint8Array): Promise<void>
  /** Leaves nothing half written where it fails. */
  commit(): Promise<void>
  /** Does not fail: what it must leave behind, the store removes later. */
  abort(): Promise<void>
}

/** What {@link PendingFile} promises in every store: it takes text and bytes, ends once, and is never half a file. */
export function guardFile(path: string, file: UnguardedFile): PendingFile {
  let hasEnded = false
  const needOpen = (step: string) => {
    if (hasEnded) throw ended(path, step)
  }
  const abort = async () => {
    if (hasEnded) return
    hasEnded = true
    await file.abort()
  }
  return {
    async write(content) {
      needOpen('written to')
      const bytes = bytesOf(content)
      try {
        await file.write(bytes)
      } catch (error) {
        await abort()
        throw error
      }
    },
    async commit() {
      needOpen('committed')
      hasEnded = true
      await file.commit()
    },
    abort,
  }
}

function ended(path: string, step: string): HookloopError {
  return new HookloopError(
    'HL_STORAGE_WRITE',
    `${path} cannot be ${step}: this file was committed or given up before, or a write to it failed. ` +
      'Start anew with storage.create',
  )
}
