import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Fields, isPlainObject } from '../config/plain-object.js'

/** An installed package. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Its real folder, whatever links lead to it. */
  readonly folder: string
  readonly manifest: Fields
}

/** The package that `import 'name'` means in a folder; undefined where none is installed there. */
export function findPackage(name: string, from: string): InstalledPackage | undefined {
  for (const folder of foldersUp(from)) {
    const place = join(folder, 'node_modules', name)
    const found = existsSync(join(place, 'package.json')) ? readPackage(place) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** The package whose folder this is; undefined where its package.json is missing or damaged. */
export function readPackage(place: string): InstalledPackage | undefined {
  const folder = realpathSync(place)
  const manifest = readManifest(join(folder, 'package.json'))
  if (manifest === undefined) return undefined
  const { name, version } = manifest
  return { name: text(name), version: text(version), folder, manifest }
}

/** A folder and those around it, from the inside out. */
export function* foldersUp(from: string): Generator<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    yield folder
    if (dirname(folder) === folder) return
  }
}

/** Texts by name, such as `dependencies`; empty where a manifest has none. */
export function textsOf(manifest: Fields, key: string): Readonly<Record<string, string>> {
  const value = manifest[key]
  const entries = isPlainObject(value) ? Object.entries(value) : []
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function readManifest(path: string): Fields | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isPlainObject(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
