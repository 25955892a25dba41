import { MemoryStorage, type PendingFile } from '@hookloop/core'
import { PlannedError } from './planned-error.js'

const { setImmediate } = globalThis

/** Lets everything have its turn that does not wait for a timer or for the world outside. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Files in memory that take a while, as those on a disk do: what is not awaited comes too late. */
export class LateStorage extends MemoryStorage {
  /** @param fails whether a write that begins now is to fail */
  constructor(private readonly fails: () => boolean = () => false) {
    super()
  }

  override async create(path: string): Promise<PendingFile> {
    const isDoomed = this.fails()
    await turns(2)
    if (isDoomed) throw new PlannedError(`the writing of ${path}`, 'HL_STORAGE_WRITE')
    return super.create(path)
  }

  override async append(path: string, content: string | Uint8Array): Promise<void> {
    const isDoomed = this.fails()
    await turns(1)
    if (isDoomed) throw new PlannedError(`the writing of ${path}`, 'HL_STORAGE_WRITE')
    return super.append(path, content)
  }

  override async read(path: string): Promise<Uint8Array> {
    await turns(1)
    return super.read(path)
  }

  /** A storage with the same files, as another process finds them. */
  reopened(): LateStorage {
    const storage = new LateStorage()
    for (const [path, bytes] of this.files) storage.files.set(path, bytes.slice())
    return storage
  }
}
