import { HookloopError } from '../errors/hookloop-error.js'
import { bytesOf, joinBytes } from './bytes.js'
import { normalizePath } from './normalize-path.js'
import type { PendingFile, Storage } from './storage.js'

/** Files that last as long as the process: for tests and for pages without a file system. */
export class MemoryStorage implements Storage {
  readonly files = new Map<string, Uint8Array>()

  async create(path: string): Promise<PendingFile> {
    const parts: Uint8Array[] = []
    return {
      write: async (bytes) => {
        parts.push(bytes.slice())
      },
      commit: async () => {
        this.files.set(this.absolute(path), joinBytes(parts))
      },
      abort: async () => undefined,
    }
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = this.files.get(this.absolute(path))
    if (bytes === undefined)
      throw new HookloopError('HL_STORAGE_READ', `${path} cannot be read: there is no such file`)
    return bytes
  }

  async exists(path: string): Promise<boolean> {
    return this.files.has(this.absolute(path))
  }

  async remove(path: string): Promise<void> {
    this.files.delete(this.absolute(path))
  }

  async list(folder: string): Promise<string[]> {
    const prefix = `${this.absolute(folder)}/`
    return [...this.files.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map((path) => path.slice(prefix.length))
  }

  async makeFolder(_path: string): Promise<void> {}

  async append(path: string, content: string | Uint8Array): Promise<void> {
    const before = this.files.get(this.absolute(path)) ?? new Uint8Array()
    this.files.set(this.absolute(path), joinBytes([before, bytesOf(content)]))
  }

  join(...parts: string[]): string {
    return this.absolute(parts.join('/'))
  }

  absolute(path: string): string {
    return normalizePath(path)
  }
}
