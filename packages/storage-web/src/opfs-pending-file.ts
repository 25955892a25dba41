import type { Claim, PendingFile } from '@hookloop/core'
import { type FileWriter, openWriter } from './file-writer.js'
import { isMovable, isWritable } from './opfs-handles.js'
import type { Place } from './opfs-tree.js'
import { unavailable, writeError } from './storage-errors.js'
import { removeEntry, temporaryNameOf, writerLock } from './temporary-files.js'
import { holdLock } from './web-locks.js'

/** Written under a temporary name, then moved into its place. */
export class OpfsPendingFile implements PendingFile {
  private constructor(
    private readonly path: string,
    private readonly place: Place,
    private readonly temporary: FileSystemFileHandle,
    private readonly writer: FileWriter,
    private readonly claim: Claim,
  ) {}

  static async open(path: string, place: Place): Promise<OpfsPendingFile> {
    const name = temporaryNameOf(place.name)
    const claim = await holdLock(writerLock(name))
    try {
      const temporary = await place.folder.getFileHandle(name, { create: true })
      const writer = await openWriter(temporary, 'begin')
      return new OpfsPendingFile(path, place, temporary, writer, claim)
    } catch (error) {
      await removeEntry(place.folder, name).catch(() => undefined)
      await release(claim)
      throw error
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.writer.write(bytes)
    } catch (error) {
      throw await writeError(this.path, error)
    }
  }

  async commit(): Promise<void> {
    try {
      await this.writer.close()
      await this.#takePlace()
    } catch (error) {
      await this.#removeTemporary()
      throw await writeError(this.path, error)
    } finally {
      await release(this.claim)
    }
  }

  async abort(): Promise<void> {
    await this.writer.abort().catch(() => undefined)
    await this.#removeTemporary()
    await release(this.claim)
  }

  async #takePlace(): Promise<void> {
    const { folder, name } = this.place
    if (isMovable(this.temporary)) return this.temporary.move(name)
    const file = await folder.getFileHandle(name, { create: true })
    if (!isWritable(file)) throw unavailable('this browser can neither move files nor replace them')
    // The browser writes into a copy, which takes the file's place when the stream is closed.
    const stream = await file.createWritable()
    await stream.write(await this.temporary.getFile())
    await stream.close()
    await this.#removeTemporary()
  }

  /** What is left here does no harm: the next writer in this folder sweeps it away. */
  async #removeTemporary(): Promise<void> {
    await removeEntry(this.place.folder, this.temporary.name).catch(() => undefined)
  }
}

/**
 * Where files cannot be moved, a kill in the middle of a commit leaves an empty file in a place where there was none:
 * it counts as not there.
 */
export async function isCommitted(file: FileSystemFileHandle): Promise<boolean> {
  return isMovable(file) || (await file.getFile()).size > 0
}

async function release(claim: Claim): Promise<void> {
  if ('release' in claim) await claim.release()
}
