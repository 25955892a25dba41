import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileSha256 } from './file-hash.js'
import { type FileStamp, firstChange, stampFiles } from './file-stamps.js'

interface ManifestEntry extends FileStamp {
  readonly sha256: string
}

const manifestName = 'manifest.json'

/** Lists all files below `dir` with size and hash, in `manifest.json`. */
export async function writeManifest(dir: string): Promise<void> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
  await saveManifest(dir, await describeFiles(dir, paths))
}

/**
 * True if every file of the manifest is whole. A file with the size and time of the manifest is taken for
 * whole; one with another time is hashed, since a copied or restored cache has new times.
 * @param everyHash hash all files, whatever their times say
 */
export async function isWhole(dir: string, { everyHash = false } = {}): Promise<boolean> {
  const manifest = await readManifest(dir)
  if (manifest === undefined) return false
  if (!everyHash && (await firstChange(dir, manifest)) === undefined) return true
  if (!(await hasSameContents(dir, manifest))) return false
  await refreshTimes(dir, manifest)
  return true
}

async function readManifest(dir: string): Promise<ManifestEntry[] | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, manifestName), 'utf8'))
  } catch {
    return undefined
  }
}

async function hasSameContents(dir: string, manifest: readonly ManifestEntry[]): Promise<boolean> {
  for (const { path, sha256 } of manifest) {
    const found = await fileSha256(join(dir, path)).catch(() => 'missing')
    if (found !== sha256) return false
  }
  return true
}

async function refreshTimes(dir: string, manifest: readonly ManifestEntry[]): Promise<void> {
  const stamps = await stampFiles(
    dir,
    manifest.map(({ path }) => path),
  )
  const entries = stamps.map((stamp, index) => ({ sha256: manifest[index]?.sha256 ?? '', ...stamp }))
  // A cache that cannot be written is as good; its files get hashed again the next time.
  await saveManifest(dir, entries).catch(() => {})
}

async function describeFiles(dir: string, paths: readonly string[]): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = []
  for (const stamp of await stampFiles(dir, paths)) {
    entries.push({ ...stamp, sha256: await fileSha256(join(dir, stamp.path)) })
  }
  return entries
}

async function saveManifest(dir: string, entries: readonly ManifestEntry[]): Promise<void> {
  const beside = join(dir, `${manifestName}.${process.pid}`)
  await writeFile(beside, `${JSON.stringify(entries, undefined, 1)}\n`)
  await rename(beside, join(dir, manifestName))
}
