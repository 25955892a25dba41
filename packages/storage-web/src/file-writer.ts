import { hasSyncAccess, isWritable, type SyncFile, type WritableFile } from './opfs-handles.js'
import { NoRoomError, unavailable } from './storage-errors.js'

/** Writes one file from front to back. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Ends writing; what was written is in the file. */
  close(): Promise<void>
  /** Ends writing; what is in the file nobody needs. */
  abort(): Promise<void>
}

/** Opens an empty file. A worker writes in place and flushes to the disk; a window writes through a stream. */
export async function openWriter(file: FileSystemFileHandle): Promise<FileWriter> {
  if (hasSyncAccess(file)) return openInPlace(file)
  if (isWritable(file)) return openStream(file)
  throw unavailable('this browser writes files in workers only, so train in a Web Worker')
}

/** Opens a file for writing at its end. */
export async function openInPlace(file: SyncFile): Promise<FileWriter> {
  const access = await file.createSyncAccessHandle()
  let at = access.getSize()
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

async function openStream(file: WritableFile): Promise<FileWriter> {
  const stream = await file.createWritable()
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
