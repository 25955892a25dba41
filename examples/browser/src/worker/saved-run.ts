import { reasonOf, writeFile } from '@hookloop/core'
import type { CheckpointFile } from '../messages.js'
import type { RunStorage } from './open-storage.js'

/** What makes one checkpoint better to go on from than another. */
interface Resumable {
  readonly iter: number
  /** It holds the optimizer; files of best weights do not. */
  readonly isWhole: boolean
}

const note = 'last_checkpoint'

/** The checkpoints of the example in a store. */
export class SavedRun {
  constructor(
    private readonly files: RunStorage,
    private readonly workDir: string,
  ) {}

  path(name: string): string {
    return this.files.storage.join(this.workDir, name)
  }

  async read(name: string): Promise<CheckpointFile> {
    return { name, bytes: new Uint8Array(await this.files.storage.read(this.path(name))) }
  }

  /** The checkpoint that was saved last, read or not. */
  async noted(): Promise<string | undefined> {
    const { storage } = this.files
    if (!(await storage.exists(this.path(note)))) return undefined
    return new TextDecoder().decode(await storage.read(this.path(note))).trim()
  }

  /**
   * The checkpoint to go on from: the one that is noted as the newest, or the newest of those that can be read.
   * @param open throws where a file is no good
   * @param complain hears why a file is passed over
   */
  async newest<Opened extends Resumable>(
    open: (file: CheckpointFile) => Promise<Opened>,
    complain: (text: string) => void,
  ): Promise<Opened | undefined> {
    const attempt = async (name: string) => {
      try {
        return await open(await this.read(name))
      } catch (error) {
        complain(reasonOf(error))
        return undefined
      }
    }
    const noted = await this.noted()
    const newest = noted === undefined ? undefined : await attempt(noted)
    if (newest !== undefined) return newest
    const opened: Opened[] = []
    for (const name of await this.files.storage.list(this.workDir)) {
      const other = name === noted || !name.endsWith('.safetensors') ? undefined : await attempt(name)
      if (other !== undefined) opened.push(other)
    }
    return opened.sort((a, b) => Number(b.isWhole) - Number(a.isWhole) || b.iter - a.iter)[0]
  }

  /** Makes a file the newest checkpoint, in the place of all others, which stay until it is there. @returns its name */
  async replaceBy({ name, bytes }: CheckpointFile): Promise<string> {
    // A file from elsewhere may have any name, even that of the note.
    const safe = /^\w[\w.-]*\.safetensors$/.test(name) ? name : 'opened.safetensors'
    await writeFile(this.files.storage, this.path(safe), bytes)
    await writeFile(this.files.storage, this.path(note), safe)
    // What resists now goes with the next run.
    await this.#remove((other) => other !== safe && other !== note).catch(() => undefined)
    return safe
  }

  /** Removes checkpoints and logs; the note of the newest goes first, so that it never names one that is gone. */
  async clear(): Promise<void> {
    await this.files.storage.remove(this.path(note))
    await this.#remove(() => true)
  }

  async #remove(isUnwanted: (name: string) => boolean): Promise<void> {
    const { storage, removeLogs } = this.files
    for (const name of await storage.list(this.workDir))
      if (isUnwanted(name)) await storage.remove(this.path(name))
    await removeLogs(this.workDir)
  }
}
