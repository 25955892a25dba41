import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What tells cheaply whether a file was touched. */
export interface FileStamp {
  /** Path relative to the folder that the stamps belong to. */
  readonly path: string
  readonly size: number
  /** Time of the last change, in ms. */
  readonly mtimeMs: number
}

/** Stamps of files below `dir`; links are followed. */
export function stampFiles(dir: string, paths: readonly string[]): Promise<FileStamp[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(join(dir, path))
      return { path, size, mtimeMs }
    }),
  )
}

/** The first file that is not as it was stamped, with what is wrong; undefined if all are as they were. */
export async function firstChange(dir: string, stamps: readonly FileStamp[]): Promise<string | undefined> {
  for (const stamp of stamps) {
    const file = join(dir, stamp.path)
    const now = await stat(file).catch(() => undefined)
    if (now === undefined) return `${file} is missing`
    if (now.size !== stamp.size) return `${file} has ${now.size} bytes instead of ${stamp.size}`
    if (now.mtimeMs !== stamp.mtimeMs) return `${file} was changed`
  }
  return undefined
}
