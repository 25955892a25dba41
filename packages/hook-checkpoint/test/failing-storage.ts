import { HookloopError, MemoryStorage, type PendingFile } from '@hookloop/core'

/** A store that fails at one of its changes: at that one only, like a busy disk, or from then on, like a crash. */
export class FailingStorage extends MemoryStorage {
  /** Changes that were asked for: files that appear, files that go. */
  changes = 0

  constructor(
    private readonly failsAt: number,
    private readonly lasting: boolean,
  ) {
    super()
  }

  override async create(path: string): Promise<PendingFile> {
    const file = await super.create(path)
    return {
      ...file,
      commit: async () => {
        this.#change(path)
        await file.commit()
      },
    }
  }

  override async remove(path: string): Promise<void> {
    this.#change(path)
    await super.remove(path)
  }

  #change(path: string): void {
    const count = this.changes++
    if (count === this.failsAt || (this.lasting && count > this.failsAt))
      throw new HookloopError('HL_STORAGE_WRITE', `${path} cannot be written: the disk is full`)
  }
}

/** The files as they are, in a store of their own. */
export function copyOf({ files }: MemoryStorage): MemoryStorage {
  const copy = new MemoryStorage()
  for (const [path, bytes] of files) copy.files.set(path, bytes)
  return copy
}
