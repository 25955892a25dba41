import {
  bytesOf,
  type Claim,
  guardFile,
  isFilePath,
  joinPath,
  type PendingFile,
  rootedPath,
  type Storage,
} from '@hookloop/core'
import { openInPlace } from './file-writer.js'
import { hasSyncAccess } from './opfs-handles.js'
import { checkFile, checkPath } from './opfs-path.js'
import { OpfsTree } from './opfs-tree.js'
import { reading, refused, unavailable, writing } from './storage-errors.js'
import { TemporaryFile } from './temporary-file.js'
import { temporaryFolder } from './temporary-files.js'
import { holdLock, underLock } from './web-locks.js'

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

  create(path: string): Promise<PendingFile> {
    return writing(path, async () => {
      checkFile(path)
      await this.#tree.makePlace(path)
      const file = await this.#openTemporary()
      let size = 0
      return guardFile(path, {
        write: (bytes) => {
          size += bytes.length
          return writing(path, () => file.write(bytes), bytes.length)
        },
        commit: () => this.#commit(file, path, size),
        abort: () => file.end(),
      })
    })
  }

  read(path: string): Promise<Uint8Array> {
    const read = async () => {
      const file = await this.#findFile(path)
      if (file === undefined) throw new Error('there is no such file')
      return new Uint8Array(await (await file.getFile()).arrayBuffer())
    }
    return reading(path, () => underLock(lockOf(path), 'shared', read))
  }

  exists(path: string): Promise<boolean> {
    return reading(
      path,
      async () => ((await this.#findFile(path)) ?? (await this.#tree.find(path))) !== undefined,
    )
  }

  remove(path: string): Promise<void> {
    return this.#change(path, async () => {
      checkPath(path)
      if (!(await this.exists(path))) return
      const place = await this.#tree.findPlace(path)
      await place?.folder.removeEntry(place.name)
    })
  }

  list(folder: string): Promise<string[]> {
    return reading(folder, async () => {
      const names: string[] = []
      const found = await this.#tree.find(folder)
      for await (const [name, { kind }] of found?.entries() ?? []) if (kind === 'file') names.push(name)
      return names
    })
  }

  makeFolder(path: string): Promise<void> {
    return writing(path, async () => {
      checkPath(path)
      await this.#tree.make(path)
    })
  }

  /** Until it is released, or the tab or worker is gone, other tabs of the site are told that the folder is taken. */
  claim(folder: string): Promise<Claim> {
    return writing(folder, async () => {
      await this.#tree.find('/')
      return holdLock(`hookloop trains into ${this.absolute(folder)}`)
    })
  }

  async append(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(content)
    await this.#change(path, () => this.#append(path, bytes), bytes.length)
  }

  join(...parts: string[]): string {
    return joinPath(...parts)
  }

  /** From the page's root. */
  absolute(path: string): string {
    return rootedPath(path)
  }

  async #findFile(path: string): Promise<FileSystemFileHandle | undefined> {
    return isFilePath(path) ? this.#tree.findFile(path) : undefined
  }

  async #openTemporary(): Promise<TemporaryFile> {
    return TemporaryFile.open(await this.#tree.make(temporaryFolder))
  }

  async #commit(file: TemporaryFile, path: string, size: number): Promise<void> {
    try {
      await this.#change(path, async () => file.moveTo(await this.#tree.makePlace(path)), size)
    } finally {
      await file.end()
    }
  }

  /** A worker writes in place; a window copies the file, as its streams can do no better. */
  async #append(path: string, bytes: Uint8Array): Promise<void> {
    checkFile(path)
    const { folder, name } = await this.#tree.makePlace(path)
    const file = await folder.getFileHandle(name, { create: true })
    if (hasSyncAccess(file)) {
      const writer = await openInPlace(file)
      try {
        await writer.write(bytes)
      } finally {
        await writer.close()
      }
      return
    }
    const copy = await this.#openTemporary()
    try {
      for (const part of [new Uint8Array(await (await file.getFile()).arrayBuffer()), bytes])
        await copy.write(part)
      await copy.moveTo({ folder, name })
    } finally {
      await copy.end()
    }
  }

  /** Changes a file or folder while nobody else of this site reads or changes it. */
  #change(path: string, action: () => Promise<void>, wantedBytes?: number): Promise<void> {
    return writing(path, () => underLock(lockOf(path), 'exclusive', action), wantedBytes)
  }
}

/** Held while a file is read or changed: the browser refuses files that somebody else has open, even in one window. */
function lockOf(path: string): string {
  return `hookloop file ${rootedPath(path)}`
}

async function openRoot(): Promise<FileSystemDirectoryHandle> {
  if (typeof navigator === 'undefined') throw unavailable('this is no browser')
  if (navigator.storage === undefined)
    throw unavailable('it is not served over https or from localhost, or this is no browser')
  if (navigator.storage.getDirectory === undefined) throw unavailable('this browser is too old')
  try {
    return await navigator.storage.getDirectory()
  } catch (error) {
    throw refused(error)
  }
}
