import { bytesOf } from './bytes.js'

/** A file that is being written beside its final place. */
export interface PendingFile {
  write(bytes: Uint8Array): Promise<void>
  /** Makes the file appear at its path, whole and durable, in the place of what was there. */
  commit(): Promise<void>
  /** Leaves what was there untouched. */
  abort(): Promise<void>
}

/** A folder that was claimed and is to be given free again, or who holds it. */
export type Claim = { readonly release: () => Promise<void> } | { readonly holder: string }

/** Where checkpoints and logs go. Paths use `/`. */
export interface Storage {
  /** Starts a file; a crash before `commit` has returned leaves the old file or the new one, never a mixture. */
  create(path: string): Promise<PendingFile>
  /** @throws `HL_STORAGE_READ` */
  read(path: string): Promise<Uint8Array>
  exists(path: string): Promise<boolean>
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>
  /** Names of the files in a folder; empty where there is no such folder. */
  list(folder: string): Promise<string[]>
  /** Makes a folder with its parents. @throws `HL_STORAGE_WRITE` when it cannot be written to */
  makeFolder(path: string): Promise<void>
  /** Claims a folder for one training; stores of which nobody else can know leave it out. */
  claim?(folder: string): Promise<Claim>
  /** Adds text or bytes at the end of a file; calls for one file keep their order. */
  append(path: string, content: string | Uint8Array): Promise<void>
  /** Joins parts of a path. */
  join(...parts: string[]): string
  /** The path with everything that relative paths hang on. */
  absolute(path: string): string
}

/** Writes a whole file so that a crash leaves the old or the new one. */
export async function writeFile(storage: Storage, path: string, content: Uint8Array | string): Promise<void> {
  await writeChunks(storage, path, [bytesOf(content)])
}

/** As {@link writeFile}, without joining the parts in memory. */
export async function writeChunks(
  storage: Storage,
  path: string,
  chunks: Iterable<Uint8Array>,
): Promise<void> {
  const file = await storage.create(path)
  try {
    for (const chunk of chunks) await file.write(chunk)
  } catch (error) {
    await file.abort()
    throw error
  }
  await file.commit()
}
