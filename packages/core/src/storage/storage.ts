import { bytesOf } from './bytes.js'
import { inBlocks } from './write-blocks.js'

/**
 * A file that is being written beside its final place; nobody sees it before it is committed. Wait for each call before
 * the next one. It ends once, with the first `commit` or `abort` or with a write that failed.
 */
export interface PendingFile {
  /**
   * Adds text, as UTF-8, or bytes, which are the caller's again when the promise is settled. A write that fails gives the
   * file up, so that half a file is never committed.
   * @throws `HL_STORAGE_WRITE`, also after the end
   */
  write(content: string | Uint8Array): Promise<void>
  /**
   * Makes the file appear at its path, whole and durable, in the place of what was there; of several files for one path
   * the one that is committed last stays.
   * @throws `HL_STORAGE_WRITE`, also after the end; then what was there is untouched
   */
  commit(): Promise<void>
  /** Leaves what was there untouched; after the end, and after a commit in particular, it does nothing. Never fails. */
  abort(): Promise<void>
}

/** A folder that was claimed and is to be given free again, or who holds it; giving it free twice is giving it free once. */
export type Claim = { readonly release: () => Promise<void> } | { readonly holder: string }

/**
 * Where checkpoints and logs go. The same rules hold in every store.
 *
 * - Paths use `/`; a store of Node on Windows takes `\` too. The path of a file ends in a name: one that is empty or ends
 *   in a slash, `.` or `..` names a folder, and as a file it is an error. A name has at most 255 bytes in UTF-8 and no NUL.
 *   Whether it may hold a backslash is the store's matter.
 * - Calls for one path, also at the same time and from several writers, do not make each other fail. Who reads beside a
 *   commit sees the old file or the new one; beside an append perhaps a part of what is added.
 * - Folders are made when something is written into them. A folder never gives way to a file, nor a file to a folder.
 * - Errors are `HookloopError`s: `HL_STORAGE_WRITE`, `HL_STORAGE_READ`, or one that says that the whole store is not there.
 */
export interface Storage {
  /**
   * Starts a file; a crash before `commit` has returned leaves the old file or the new one, never a mixture.
   * @throws `HL_STORAGE_WRITE`
   */
  create(path: string): Promise<PendingFile>
  /** The bytes of a file, which are the caller's to change. @throws `HL_STORAGE_READ` */
  read(path: string): Promise<Uint8Array>
  /** Whether there is a file or a folder; of a path that nothing can have: false. */
  exists(path: string): Promise<boolean>
  /**
   * Removes a file or an empty folder; nothing happens where there is none.
   * @throws `HL_STORAGE_WRITE`, for a folder that holds something, too
   */
  remove(path: string): Promise<void>
  /**
   * Names of the files in a folder, in any order, without its folders, what is being written, and what the store keeps
   * for itself; empty where there is no such folder.
   */
  list(folder: string): Promise<string[]>
  /** Makes a folder with its parents; one that is there will do. @throws `HL_STORAGE_WRITE` when it cannot be written to */
  makeFolder(path: string): Promise<void>
  /** Claims a folder, which is there, for one training; stores of which nobody else can know leave it out. */
  claim?(folder: string): Promise<Claim>
  /**
   * Adds text, as UTF-8, or bytes at the end of a file, which it makes where there is none; calls for one file keep their
   * order. What was begun with `create` before takes the place of it all when it is committed.
   * @throws `HL_STORAGE_WRITE`
   */
  append(path: string, content: string | Uint8Array): Promise<void>
  /** Joins parts of a path as Node's `path.join`: without empty parts, `.`, double slashes, and `..` within; `.` for none. */
  join(...parts: string[]): string
  /** One path for all spellings of a place, from the root, without a slash at its end. */
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
    for (const block of inBlocks(chunks)) await file.write(block)
  } catch (error) {
    await file.abort()
    throw error
  }
  await file.commit()
}
