import { rootedPath } from '@hookloop/core'
import { nameOf } from './storage-errors.js'

/** A file's folder and its name there. */
export interface Place {
  readonly folder: FileSystemDirectoryHandle
  readonly name: string
}

/** Walks the tree of folders below the page's root. */
export class OpfsTree {
  #root: Promise<FileSystemDirectoryHandle> | undefined

  /** @param openRoot asked once, and again after it failed */
  constructor(private readonly openRoot: () => Promise<FileSystemDirectoryHandle>) {}

  /** The folder; undefined where there is none. */
  async find(path: string): Promise<FileSystemDirectoryHandle | undefined> {
    return present(this.#walk(namesIn(path), false))
  }

  /** The folder, made with its parents where there is none. */
  make(path: string): Promise<FileSystemDirectoryHandle> {
    return this.#walk(namesIn(path), true)
  }

  /** Where a file or folder is; undefined where the folder around it is not there. */
  async findPlace(path: string): Promise<Place | undefined> {
    const { parent, name } = split(path)
    const folder = await present(this.#walk(parent, false))
    return folder === undefined ? undefined : { folder, name }
  }

  /** The file; undefined where there is none. */
  async findFile(path: string): Promise<FileSystemFileHandle | undefined> {
    const place = await this.findPlace(path)
    return place && present(place.folder.getFileHandle(place.name))
  }

  /**
   * Where a file may be written, with the folders made that are missing.
   * @throws `TypeMismatchError` where a folder is
   */
  async makePlace(path: string): Promise<Place> {
    const { parent, name } = split(path)
    const folder = await this.#walk(parent, true)
    await folder.getFileHandle(name).catch((error: unknown) => {
      if (nameOf(error) !== 'NotFoundError') throw error
    })
    return { folder, name }
  }

  async #walk(names: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
    this.#root ??= this.openRoot()
    let folder = await this.#root.catch((error: unknown) => {
      this.#root = undefined
      throw error
    })
    for (const name of names) folder = await folder.getDirectoryHandle(name, { create })
    return folder
  }
}

/** What was looked for; undefined where nothing is there, or something else, or where the browser takes no such name. */
async function present<Handle>(found: Promise<Handle>): Promise<Handle | undefined> {
  try {
    return await found
  } catch (error) {
    if (['NotFoundError', 'TypeMismatchError', 'TypeError'].includes(nameOf(error))) return undefined
    throw error
  }
}

function split(path: string): { readonly parent: readonly string[]; readonly name: string } {
  const names = namesIn(path)
  const name = names.pop() ?? ''
  return { parent: names, name }
}

function namesIn(path: string): string[] {
  return rootedPath(path)
    .split('/')
    .filter((name) => name !== '')
}
