import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from './errors.js'
import type { Libraries } from './libraries.js'
import type { TfjsNodePackage } from './locate.js'
import { type Marker, readMarker, writeMarker } from './marker.js'

/** What was laid into a tfjs-node package. */
export interface Installation {
  readonly marker: Marker
  /** Where files went that were in the way and not ours, by their new paths. */
  readonly movedAside: readonly string[]
  /** Takes everything out again and puts back what was moved aside. */
  readonly undo: () => Promise<void>
}

const stagingPrefix = '.hookloop-'

/**
 * Links the libraries into a tfjs-node package and copies the addon into it, all by renames of new files:
 * pnpm's files are hard links to its store and must not be written. Files that are not ours are moved aside.
 */
export async function install(
  tfjsNode: TfjsNodePackage,
  libraries: Libraries,
  addonFile: string,
): Promise<Installation> {
  await clearLeftovers(tfjsNode.dir)
  const staging = await mkdtemp(join(tfjsNode.dir, stagingPrefix))
  const deps = join(tfjsNode.dir, 'deps')
  try {
    const marker = await layDeps(join(staging, 'deps'), libraries)
    await copyFile(addonFile, join(staging, 'addon'))
    const isOurs = (await readMarker(tfjsNode)) !== undefined
    const moves = isOurs ? [] : await moveAside([deps, tfjsNode.addonFile])
    if (isOurs) await rename(deps, join(staging, 'old-deps'))
    await rename(join(staging, 'deps'), deps)
    await mkdir(dirname(tfjsNode.addonFile), { recursive: true })
    await rename(join(staging, 'addon'), tfjsNode.addonFile)
    return { marker, movedAside: moves.map(({ to }) => to), undo: () => undo(tfjsNode, moves) }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** The files that tfjs-node cannot work without, by their paths in the package. */
export function installedFiles(tfjsNode: TfjsNodePackage, libraries: Libraries): string[] {
  const addon = tfjsNode.addonFile.slice(tfjsNode.dir.length + 1)
  return [addon, ...Object.keys(libraryLinks(libraries)).map((name) => `deps/lib/${name}`)]
}

/** Names that the compiler, tfjs-node's own scripts and the libraries look for. */
function libraryLinks({ tensorflowLibrary, frameworkLibrary }: Libraries): Record<string, string> {
  return {
    'libtensorflow.so': tensorflowLibrary,
    [basename(tensorflowLibrary)]: tensorflowLibrary,
    'libtensorflow_framework.so': frameworkLibrary,
    [basename(frameworkLibrary)]: frameworkLibrary,
  }
}

async function layDeps(dir: string, libraries: Libraries): Promise<Marker> {
  await mkdir(join(dir, 'lib'), { recursive: true })
  for (const [name, target] of Object.entries(libraryLinks(libraries))) {
    await symlink(target, join(dir, 'lib', name))
  }
  await symlink(libraries.includeDir, join(dir, 'include'))
  const { version, sha256 } = libraries.wheel
  const marker: Marker = { madeBy: '@hookloop/tfjs-node-setup', tensorflow: version, wheel: sha256 }
  await writeMarker(dir, marker)
  return marker
}

interface Move {
  readonly from: string
  readonly to: string
}

async function moveAside(paths: readonly string[]): Promise<Move[]> {
  const moves: Move[] = []
  for (const from of paths) {
    if (await isAbsentOrEmpty(from)) continue
    const to = await freeName(`${from}.before-hookloop`)
    await rename(from, to)
    moves.push({ from, to })
  }
  return moves
}

/** A failed download leaves an empty `deps`, which a rename replaces. */
async function isAbsentOrEmpty(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT') return true
    if (code === 'ENOTDIR') return false
    throw error
  }
}

async function freeName(wanted: string): Promise<string> {
  let name = wanted
  for (let count = 2; await exists(name); count++) name = `${wanted}-${count}`
  return name
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function undo(tfjsNode: TfjsNodePackage, moves: readonly Move[]): Promise<void> {
  await rm(join(tfjsNode.dir, 'deps'), { recursive: true, force: true })
  await rm(tfjsNode.addonFile, { force: true })
  for (const { from, to } of moves) await rename(to, from)
}

async function clearLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const isLeftover = entry.isDirectory() && entry.name.startsWith(stagingPrefix)
    if (isLeftover) await rm(join(dir, entry.name), { recursive: true, force: true })
  }
}
