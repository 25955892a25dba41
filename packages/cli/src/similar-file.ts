import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { didYouMean } from './nearest.js'

/** `. Did you mean 'x'?` where a file with a similar name and one of these endings lies in the folder of a path. */
export function similarFile(path: string, endings: readonly string[]): string {
  const folder = dirname(path)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return didYouMean(
    basename(path),
    names.filter((name) => endings.includes(extname(name))),
  )
}
