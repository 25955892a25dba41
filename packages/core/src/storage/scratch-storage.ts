import { MemoryStorage } from './memory-storage.js'
import type { Storage } from './storage.js'

/** Keeps what is written in memory; what was not written there is read from the store beneath, which stays as it is. */
export class ScratchStorage extends MemoryStorage {
  constructor(private readonly beneath: Storage) {
    super()
  }

  override async read(path: string): Promise<Uint8Array> {
    return (await super.exists(path)) ? super.read(path) : this.beneath.read(path)
  }

  override async exists(path: string): Promise<boolean> {
    return (await super.exists(path)) || this.beneath.exists(path)
  }

  /** Places are those beneath, where they hang on a root as they do in memory. */
  override absolute(path: string): string {
    const place = this.beneath.absolute(path)
    return place.startsWith('/') ? place : super.absolute(path)
  }
}
