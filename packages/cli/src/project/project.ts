import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findPackage, foldersUp, type InstalledPackage, readPackage, textsOf } from './find-package.js'

/** The user's project: the nearest package.json above a place, and what it asks for. */
export interface Project {
  /** Of the package.json; the place itself where there is none above it. */
  readonly folder: string
  readonly manifest: InstalledPackage | undefined
  /** Ranges of the packages that it asks for by itself, in the order of its package.json. */
  readonly dependencies: Readonly<Record<string, string>>
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** The project that a folder belongs to. */
export function projectAt(place: string): Project {
  const folder = [...foldersUp(place)].find((candidate) => existsSync(join(candidate, 'package.json')))
  const manifest = folder === undefined ? undefined : readPackage(folder)
  return {
    folder: manifest?.folder ?? place,
    manifest,
    dependencies: Object.assign({}, ...kinds.map((kind) => textsOf(manifest?.manifest ?? {}, kind))),
  }
}

/** The direct dependencies that are installed. */
export function installedDependencies({ folder, dependencies }: Project): InstalledPackage[] {
  return Object.keys(dependencies).flatMap((name) => findPackage(name, folder) ?? [])
}
