import { type Claim, normalizePath, type PendingFile, type Storage } from '@hookloop/core'
import { openWriter } from './file-writer.js'
import { isCommitted, OpfsPendingFile } from './opfs-pending-file.js'
import { fileAt, OpfsTree } from './opfs-tree.js'
import { readError, unavailable, writeError } from './storage-errors.js'
import { isTemporary, removeEntry, sweepTemporaryFiles } from './temporary-files.js'
import { holdLock } from './web-locks.js'

/**
 * Files of the page's origin private file system, which only pages of the same site see, and which stay when the page
 * is closed. Works in workers, where it is fastest, and in windows; both see the same files.
 *
 * ```ts
 * const runner = new Runner({ storage: new OpfsStorage(), workDir: 'work_dirs/digits', … })
 * ```
 */
export class OpfsStorage implements Storage {
  readonly #tree = new OpfsTree(openRoot)
  readonly #appends = new Map<string, Promise<void>>()
  readonly #swept = new Set<string>()

  async create(path: string): Promise<PendingFile> {
    try {
      const place = await this.#tree.makePlace(normalizePath(path))
      await this.#sweep(normalizePath(`${path}/..`), place.folder)
      return await OpfsPendingFile.open(path, place)
    } catch (error) {
      throw await writeError(path, error)
    }
  }

  async read(path: string): Promise<Uint8Array> {
    try {
      const file = await this.#find(path)
      if (file === undefined) throw new Error('there is no such file')
      return new Uint8Array(await (await file.getFile()).arrayBuffer())
    } catch (error) {
      throw readError(path, error)
    }
  }

  async exists(path: string): Promise<boolean> {
    try {
      return (await this.#find(path)) !== undefined
    } catch (error) {
      throw readError(path, error)
    }
  }

  async remove(path: string): Promise<void> {
    try {
      const place = await this.#tree.findPlace(normalizePath(path))
      if (place !== undefined) await removeEntry(place.folder, place.name)
    } catch (error) {
      throw await writeError(path, error)
    }
  }

  async list(folder: string): Promise<string[]> {
    try {
      const found = await this.#tree.find(normalizePath(folder))
      return found === undefined ? [] : await filesIn(found)
    } catch (error) {
      throw readError(folder, error)
    }
  }

  async makeFolder(path: string): Promise<void> {
    try {
      await this.#tree.make(normalizePath(path))
    } catch (error) {
      throw await writeError(path, error)
    }
  }

  /** Until it is released, or the tab or worker is gone, other tabs of the site are told that the folder is taken. */
  claim(folder: string): Promise<Claim> {
    return holdLock(`hookloop trains into ${this.absolute(folder)}`)
  }

  append(path: string, content: string | Uint8Array): Promise<void> {
    const key = this.absolute(path)
    const before = this.#appends.get(key) ?? Promise.resolve()
    const appended = before.catch(() => undefined).then(() => this.#appendContent(path, content))
    this.#appends.set(key, appended)
    return appended
  }

  join(...parts: string[]): string {
    return normalizePath(parts.join('/'))
  }

  /** From the page's root, without `.`, `..` and double slashes. */
  absolute(path: string): string {
    return normalizePath(`/${path}`)
  }

  async #find(path: string): Promise<FileSystemFileHandle | undefined> {
    const place = await this.#tree.findPlace(normalizePath(path))
    const file = place && (await fileAt(place))
    return file !== undefined && (await isCommitted(file)) ? file : undefined
  }

  async #appendContent(path: string, content: string | Uint8Array): Promise<void> {
    try {
      const { folder, name } = await this.#tree.makePlace(normalizePath(path))
      const writer = await openWriter(await folder.getFileHandle(name, { create: true }), 'end')
      try {
        await writer.write(typeof content === 'string' ? new TextEncoder().encode(content) : content)
      } finally {
        await writer.close()
      }
    } catch (error) {
      throw await writeError(path, error)
    }
  }

  async #sweep(path: string, folder: FileSystemDirectoryHandle): Promise<void> {
    if (this.#swept.has(path)) return
    this.#swept.add(path)
    await sweepTemporaryFiles(folder)
  }
}

async function filesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = []
  for await (const [name, handle] of folder.entries()) {
    if (handle instanceof FileSystemFileHandle && !isTemporary(name) && (await isCommitted(handle)))
      names.push(name)
  }
  return names
}

async function openRoot(): Promise<FileSystemDirectoryHandle> {
  if (typeof navigator === 'undefined') throw unavailable('this is no browser')
  if (navigator.storage === undefined)
    throw unavailable('it is not served over https or from localhost, or this is no browser')
  if (navigator.storage.getDirectory === undefined) throw unavailable('this browser is too old')
  try {
    return await navigator.storage.getDirectory()
  } catch (error) {
    throw unavailable(
      `the browser refuses it (${error instanceof Error ? error.message : String(error)}), as some do in private windows or where cookies are blocked`,
      error,
    )
  }
}
