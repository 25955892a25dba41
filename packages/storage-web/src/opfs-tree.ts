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
    try {
      return await this.#walk(namesIn(path), false)
    } catch (error) {
      if (isAbsence(error)) return undefined
      throw error
    }
  }

  /** The folder, made with its parents where there is none. */
  make(path: string): Promise<FileSystemDirectoryHandle> {
    return this.#walk(namesIn(path), true)
  }

  /** Where a file is; undefined where its folder is not there. */
  async findPlace(path: string): Promise<Place | undefined> {
    const { parent, name } = split(path)
    const folder = await this.find(parent)
    return folder === undefined ? undefined : { folder, name }
  }

  /** Where a file may be written, with the folders made that are missing. */
  async makePlace(path: string): Promise<Place> {
    const { parent, name } = split(path)
    return { folder: await this.make(parent), name }
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

/** The file of a place; undefined where there is none. */
export async function fileAt({ folder, name }: Place): Promise<FileSystemFileHandle | undefined> {
  try {
    return await folder.getFileHandle(name)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

/** True where nothing is there, or something else than what was looked for. */
export function isAbsence(error: unknown): boolean {
  return (
    error instanceof DOMException && (error.name === 'NotFoundError' || error.name === 'TypeMismatchError')
  )
}

function split(path: string): { readonly parent: string; readonly name: string } {
  const names = namesIn(path)
  const name = names.pop() ?? ''
  return { parent: names.join('/'), name }
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}
