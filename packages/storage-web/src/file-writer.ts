import { hasSyncAccess, isWritable, type SyncAccess, type WritableFile } from './opfs-handles.js'
import { NoRoomError, unavailable } from './storage-errors.js'

/** Writes one file from front to back. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Ends writing; what was written is in the file. */
  close(): Promise<void>
  /** Ends writing; what is in the file nobody needs. */
  abort(): Promise<void>
}

/**
 * Opens a file for writing at its end, or from its beginning. A worker writes in place and flushes to the disk; a window
 * writes into a copy of the file, which takes its place at the end.
 */
export async function openWriter(file: FileSystemFileHandle, from: 'begin' | 'end'): Promise<FileWriter> {
  if (hasSyncAccess(file)) return syncWriter(await file.createSyncAccessHandle(), from)
  if (isWritable(file)) return streamWriter(file, from)
  throw unavailable('this browser writes files in workers only, so train in a Web Worker')
}

function syncWriter(access: SyncAccess, from: 'begin' | 'end'): FileWriter {
  let at = from === 'end' ? access.getSize() : 0
  if (from === 'begin') access.truncate(0)
  return {
    async write(bytes) {
      const written = access.write(bytes, { at })
      at += written
      if (written < bytes.length) throw new NoRoomError('the browser took only a part of the file')
    },
    async close() {
      try {
        access.flush()
      } finally {
        access.close()
      }
    },
    abort: async () => access.close(),
  }
}

async function streamWriter(file: WritableFile, from: 'begin' | 'end'): Promise<FileWriter> {
  const keepExistingData = from === 'end'
  const stream = await file.createWritable({ keepExistingData })
  if (keepExistingData) await stream.seek((await file.getFile()).size)
  return {
    write: (bytes) => stream.write(isUnshared(bytes) ? bytes : new Uint8Array(bytes)),
    close: () => stream.close(),
    abort: () => stream.abort(),
  }
}

/** Streams take no view of memory that threads share. */
function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
