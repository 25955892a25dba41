import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from './errors.js'
import { withLock } from './lock.js'
import { isWhole, writeManifest } from './manifest.js'
import { isGone, ownMark } from './process-mark.js'

/** How a folder of the cache is to be had. */
export interface CacheEntryOptions {
  /** Fills an empty folder beside the final one. */
  readonly build: (dir: string) => Promise<void>
  /** Build anew, whatever is there. */
  readonly rebuild?: boolean
  /** Called if another process is building the same entry. */
  readonly onWait?: () => void
}

/**
 * Makes a folder of the cache unless it is there and whole. It is filled beside its final place and renamed,
 * so that it is never seen half done, whoever is killed and when; a damaged one is replaced.
 * @returns true if it had to be built
 */
export async function ensureCacheEntry(dir: string, options: CacheEntryOptions): Promise<boolean> {
  const { build, rebuild = false, onWait } = options
  if (!rebuild && (await isWhole(dir))) return false
  await mkdir(dirname(dir), { recursive: true })
  const makeEntry = async () => {
    if (!rebuild && (await isWhole(dir))) return false
    await clearLeftovers(dir)
    await buildBeside(dir, build)
    return true
  }
  return withLock(`${dir}.lock`, makeEntry, onWait)
}

async function buildBeside(dir: string, build: (dir: string) => Promise<void>): Promise<void> {
  const { host, pid } = ownMark()
  const beside = await mkdtemp(`${dir}.part-${host}-${pid}-`)
  try {
    const fresh = join(beside, 'entry')
    await mkdir(fresh)
    await build(fresh)
    await writeManifest(fresh)
    await publish(fresh, dir, join(beside, 'replaced'))
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/** Programs that have the replaced libraries loaded keep them: their files live on until they end. */
async function publish(fresh: string, dir: string, replaced: string): Promise<void> {
  try {
    await rename(dir, replaced)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
  try {
    await rename(fresh, dir)
  } catch (error) {
    // Another process came first, which is as good if it did it well.
    const code = systemErrorCode(error)
    if ((code !== 'ENOTEMPTY' && code !== 'EEXIST') || !(await isWhole(dir))) throw error
  }
}

const foreignLeftoverAfterMs = 3_600_000

/** Removes what killed processes left of this entry: up to 900 MB each. */
async function clearLeftovers(dir: string): Promise<void> {
  const parent = dirname(dir)
  const prefix = `${basename(dir)}.part-`
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const [, host = '', pid = ''] = /^(.*)-(\d+)-[^-]*$/.exec(name.slice(prefix.length)) ?? []
    const path = join(parent, name)
    const isLeftover = isGone({ host, pid: Number(pid) }) || (await isOld(path))
    // A child of the killed process may still be writing there: then the next set-up removes it.
    if (isLeftover) await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs > foreignLeftoverAfterMs
}
