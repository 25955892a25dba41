import { type Storage, writeFile } from '@hookloop/core'
import { fileNameOf, noteOf } from './file-names.js'

/** Where a run's checkpoints lie. */
export interface Place {
  readonly storage: Storage
  /** The folder of the checkpoints. */
  readonly path: string
  /** The folder of `last_checkpoint`. */
  readonly workDir: string
  /** False on processes that leave writing to the first one. */
  readonly isWriter: boolean
}

/** The folder of a run's checkpoints and the note of the newest one. */
export class CheckpointFolder {
  constructor(private readonly place: Place) {}

  pathOf(name: string): string {
    return this.place.storage.join(this.place.path, name)
  }

  has(name: string): Promise<boolean> {
    return this.place.storage.exists(this.pathOf(name))
  }

  /** @throws `HL_STORAGE_WRITE` when nothing can be written there */
  async make(): Promise<void> {
    if (this.place.isWriter) await this.place.storage.makeFolder(this.place.path)
  }

  /** Makes a file the one to resume from. */
  async note(name: string): Promise<void> {
    const { storage, workDir, isWriter } = this.place
    if (isWriter)
      await writeFile(storage, storage.join(workDir, 'last_checkpoint'), noteOf(workDir, this.pathOf(name)))
  }

  /** The name of the file to resume from, where it lies in this folder. */
  async noted(): Promise<string | undefined> {
    const { storage, workDir, path } = this.place
    const note = storage.join(workDir, 'last_checkpoint')
    if (!(await storage.exists(note))) return undefined
    const text = new TextDecoder().decode(await storage.read(note)).trim()
    const name = fileNameOf(text)
    return [text, storage.join(workDir, text)].includes(storage.join(path, name)) ? name : undefined
  }

  /** @returns true when there was such a file. @throws `HL_STORAGE_WRITE` */
  async remove(name: string): Promise<boolean> {
    if (!this.place.isWriter || !(await this.has(name))) return false
    await this.place.storage.remove(this.pathOf(name))
    return true
  }
}
