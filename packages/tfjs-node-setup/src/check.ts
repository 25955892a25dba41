import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { cacheRootOf } from './context.js'
import { TfjsNodeSetupError } from './errors.js'
import { type FileStamp, firstChange, stampFiles } from './file-stamps.js'
import { testLoad } from './load-test.js'
import { locateTfjsNode, type TfjsNodePackage } from './locate.js'
import { readMarker } from './marker.js'

/** Who laid the native parts into a tfjs-node: this set-up, tfjs-node's own install, or nobody yet. */
export type NativeOrigin = 'setUp' | 'ownInstall' | 'none'

/** Whether a tfjs-node works. */
export interface CheckReport {
  readonly works: boolean
  readonly origin: NativeOrigin
  /** Why it does not work. */
  readonly reason?: string
  /** The package that was looked at; absent if tfjs-node is not installed. */
  readonly packageDir?: string
}

/** Where to look. */
export interface CheckOptions {
  /** The folder whose tfjs-node is meant; default the current one. */
  readonly from?: string
  /** The cache folder; default as `cacheDir()` says. */
  readonly cacheDir?: string
}

/**
 * Tells whether tfjs-node's native parts are in place, by comparing sizes and times of its files with those
 * that a load test found working. Only an install that this package did not make, and has not seen yet, is
 * loaded for it (in a process of its own, about a second, once).
 */
export async function checkTfjsNode(options: CheckOptions = {}): Promise<CheckReport> {
  try {
    return await inspect(await locateTfjsNode(options.from ?? process.cwd()), options.cacheDir, process.env)
  } catch (error) {
    if (!(error instanceof TfjsNodeSetupError)) throw error
    return { works: false, origin: 'none', reason: error.message }
  }
}

/** The check of a package that was found. */
export async function inspect(
  tfjsNode: TfjsNodePackage,
  chosenCacheDir: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<CheckReport> {
  const packageDir = tfjsNode.dir
  const marker = await readMarker(tfjsNode)
  if (marker === undefined) return inspectOwnInstall(tfjsNode, chosenCacheDir, env)
  const reason =
    marker.verified === undefined
      ? 'an earlier set-up did not come to its end'
      : await firstChange(packageDir, marker.verified)
  return reason === undefined
    ? { works: true, origin: 'setUp', packageDir }
    : { works: false, origin: 'setUp', packageDir, reason }
}

async function inspectOwnInstall(
  tfjsNode: TfjsNodePackage,
  chosenCacheDir: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<CheckReport> {
  const packageDir = tfjsNode.dir
  const missing = await access(tfjsNode.addonFile).catch(() => `${tfjsNode.addonFile} is missing`)
  if (missing !== undefined) return { works: false, origin: 'none', packageDir, reason: missing }
  const memoryFile = memoryFileOf(tfjsNode, chosenCacheDir, env)
  if (await isKnownToWork(packageDir, memoryFile)) return { works: true, origin: 'ownInstall', packageDir }
  const test = await testLoad(packageDir, env)
  if (!test.works) return { works: false, origin: 'ownInstall', packageDir, reason: test.reason }
  await remember(memoryFile, await stampFiles(packageDir, await nativeFiles(tfjsNode)))
  return { works: true, origin: 'ownInstall', packageDir }
}

/** In the cache, since an install that is not ours is left as it is; undefined where there is no cache. */
function memoryFileOf(
  { dir }: TfjsNodePackage,
  chosenCacheDir: string | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const key = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  try {
    return join(cacheRootOf(chosenCacheDir, env), `own-install-${key}.json`)
  } catch {
    return undefined
  }
}

async function nativeFiles({ dir, addonFile, libDir }: TfjsNodePackage): Promise<string[]> {
  const libraries = await readdir(libDir).catch(() => [])
  return [addonFile, ...libraries.map((name) => join(libDir, name))].map((file) => relative(dir, file))
}

async function isKnownToWork(packageDir: string, memoryFile: string | undefined): Promise<boolean> {
  if (memoryFile === undefined) return false
  try {
    const stamps: FileStamp[] = JSON.parse(await readFile(memoryFile, 'utf8'))
    return (await firstChange(packageDir, stamps)) === undefined
  } catch {
    return false
  }
}

async function remember(memoryFile: string | undefined, stamps: readonly FileStamp[]): Promise<void> {
  if (memoryFile === undefined) return
  try {
    await mkdir(dirname(memoryFile), { recursive: true })
    await writeFile(memoryFile, JSON.stringify(stamps))
  } catch {
    // Without a memory the next check loads tfjs-node again.
  }
}
