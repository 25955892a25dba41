import { HookloopError } from '../errors/hookloop-error.js'
import { bytesOf, joinBytes } from './bytes.js'
import { checkFilePath, checkNames, isFilePath } from './file-path.js'
import { guardFile } from './guard-file.js'
import { joinPath, rootedPath } from './rooted-path.js'
import type { PendingFile, Storage } from './storage.js'

/**
 * Files that last as long as the process: for tests and for pages without a file system. Paths hang on a root of its
 * own: `run` and `/run` are one folder.
 */
export class MemoryStorage implements Storage {
  /** By absolute path. */
  readonly files = new Map<string, Uint8Array>()
  readonly #folders = new Set<string>(['/'])
  /** Buffers of files that were appended to: what lies behind their ends is free. */
  readonly #growing = new WeakSet<ArrayBufferLike>()

  async create(path: string): Promise<PendingFile> {
    this.#makePlace(path)
    const parts: Uint8Array[] = []
    return guardFile(path, {
      write: async (bytes) => {
        parts.push(bytes.slice())
      },
      commit: async () => {
        this.files.set(this.#makePlace(path), joinBytes(parts))
      },
      abort: async () => undefined,
    })
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = this.#fileAt(path)
    if (bytes === undefined)
      throw new HookloopError('HL_STORAGE_READ', `${path} cannot be read: there is no such file`)
    return bytes.slice()
  }

  async exists(path: string): Promise<boolean> {
    return this.#fileAt(path) !== undefined || this.#folders.has(this.absolute(path))
  }

  async remove(path: string): Promise<void> {
    checkNames(path)
    const place = this.absolute(path)
    if (isFilePath(path)) this.files.delete(place)
    if (!this.#folders.has(place)) return
    if ([...this.files.keys(), ...this.#folders].some((other) => other.startsWith(childrenOf(place))))
      throw unwritable(path, 'it is a folder that holds something')
    this.#folders.delete(place)
  }

  async list(folder: string): Promise<string[]> {
    const prefix = childrenOf(this.absolute(folder))
    return [...this.files.keys()]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map((path) => path.slice(prefix.length))
  }

  async makeFolder(path: string): Promise<void> {
    checkNames(path)
    this.#makeFolders(this.absolute(path))
  }

  async append(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(content)
    const place = this.#makePlace(path)
    this.files.set(place, this.#extended(this.files.get(place) ?? new Uint8Array(), bytes))
  }

  join(...parts: string[]): string {
    return joinPath(...parts)
  }

  absolute(path: string): string {
    return rootedPath(path)
  }

  /** Copies a log line by line would take time with the square of its length, so buffers have room to grow. */
  #extended(before: Uint8Array, bytes: Uint8Array): Uint8Array {
    const size = before.length + bytes.length
    let { buffer } = before
    if (!this.#growing.has(buffer) || buffer.byteLength < size) {
      buffer = new ArrayBuffer(2 * size)
      this.#growing.add(buffer)
      new Uint8Array(buffer).set(before)
    }
    new Uint8Array(buffer).set(bytes, before.length)
    return new Uint8Array(buffer, 0, size)
  }

  #fileAt(path: string): Uint8Array | undefined {
    return isFilePath(path) ? this.files.get(this.absolute(path)) : undefined
  }

  /** Where a file may be written, with the folders made that are missing. */
  #makePlace(path: string): string {
    checkNames(path)
    checkFilePath(path)
    const place = this.absolute(path)
    if (this.#folders.has(place)) throw unwritable(path, 'it is a folder')
    this.#makeFolders(parentOf(place))
    return place
  }

  #makeFolders(place: string): void {
    if (this.#folders.has(place)) return
    if (this.files.has(place)) throw unwritable(place, 'it is a file, where a folder should be')
    this.#makeFolders(parentOf(place))
    this.#folders.add(place)
  }
}

function parentOf(place: string): string {
  return place.slice(0, place.lastIndexOf('/')) || '/'
}

/** What the paths of all that lies in a folder begin with. */
function childrenOf(place: string): string {
  return place === '/' ? '/' : `${place}/`
}

function unwritable(path: string, reason: string): HookloopError {
  return new HookloopError('HL_STORAGE_WRITE', `${path} cannot be written: ${reason}. Choose another name`)
}
