import { HookloopError, MemoryStorage } from '@hookloop/core'

/** A store that has room for only half of some of what is appended to some files. */
export class FullDisk extends MemoryStorage {
  #appends = 0

  /** @param fails which appends to these files, counted from 1 */
  constructor(
    private readonly isWatched: (path: string) => boolean,
    private readonly fails: readonly number[],
  ) {
    super()
  }

  override async append(path: string, content: string | Uint8Array): Promise<void> {
    if (this.isWatched(path)) this.#appends += 1
    if (!this.isWatched(path) || !this.fails.includes(this.#appends)) return super.append(path, content)
    await super.append(path, content.slice(0, content.length / 2))
    throw new HookloopError('HL_STORAGE_WRITE', `${path} cannot be written: no space is left`)
  }
}
