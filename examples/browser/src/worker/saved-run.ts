import { type Storage, writeFile } from '@hookloop/core'

/** The checkpoints of the example in a store. */
export class SavedRun {
  constructor(
    private readonly storage: Storage,
    readonly workDir: string,
  ) {}

  /** Name of the newest checkpoint that training can go on from; undefined where there is none. */
  async newest(): Promise<string | undefined> {
    const note = this.#path('last_checkpoint')
    if (!(await this.storage.exists(note))) return undefined
    const name = new TextDecoder().decode(await this.storage.read(note)).trim()
    return (await this.storage.exists(this.#path(name))) ? name : undefined
  }

  read(name: string): Promise<Uint8Array> {
    return this.storage.read(this.#path(name))
  }

  /** Makes a file the newest checkpoint, in the place of all others. */
  async replaceBy(name: string, bytes: Uint8Array): Promise<void> {
    await this.clear()
    await writeFile(this.storage, this.#path(name), bytes)
    await writeFile(this.storage, this.#path('last_checkpoint'), name)
  }

  /** Removes all checkpoints; the note of the newest goes first, so that it never names one that is gone. */
  async clear(): Promise<void> {
    const names = (await this.storage.list(this.workDir)).filter((name) => name.endsWith('.safetensors'))
    for (const name of ['last_checkpoint', ...names]) await this.storage.remove(this.#path(name))
  }

  #path(name: string): string {
    return this.storage.join(this.workDir, name)
  }
}
