import type { Claim } from '@hookloop/core'
import { type FileWriter, openWriter } from './file-writer.js'
import { isMovable, type MovableFile } from './opfs-handles.js'
import type { Place } from './opfs-tree.js'
import { unavailable } from './storage-errors.js'
import { removeLeftover, sweepTemporaryFiles, writerLock } from './temporary-files.js'
import { holdLock } from './web-locks.js'

/** A file that nobody reads before it is moved into its place. */
export class TemporaryFile {
  #isMoved = false

  private constructor(
    private readonly place: Place,
    private readonly file: MovableFile,
    private readonly writer: FileWriter,
    private readonly claim: Claim,
  ) {}

  /** @param folder the one of temporary files; what dead writers left there is removed */
  static async open(folder: FileSystemDirectoryHandle): Promise<TemporaryFile> {
    await sweepTemporaryFiles(folder)
    const name = crypto.randomUUID()
    const claim = await holdLock(writerLock(name))
    try {
      const file = await folder.getFileHandle(name, { create: true })
      if (!isMovable(file)) throw unavailable('this browser is too old: it cannot move files')
      return new TemporaryFile({ folder, name }, file, await openWriter(file), claim)
    } catch (error) {
      await removeLeftover(folder, name)
      await release(claim)
      throw error
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.writer.write(bytes)
  }

  /** Ends writing; the file takes the place of what was there. */
  async moveTo({ folder, name }: Place): Promise<void> {
    await this.writer.close()
    await this.file.move(folder, name)
    this.#isMoved = true
  }

  /** Leaves nothing under the temporary name; a file that was moved stays where it is. */
  async end(): Promise<void> {
    if (!this.#isMoved) {
      await this.writer.abort().catch(() => undefined)
      await removeLeftover(this.place.folder, this.place.name)
    }
    await release(this.claim)
  }
}

async function release(claim: Claim): Promise<void> {
  if ('release' in claim) await claim.release()
}
