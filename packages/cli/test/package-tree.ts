import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Packages by folder, as an installer lays them out; the empty folder is the project. */
export type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Writes a tree of packages into a temporary folder, hands it over, and takes it away. */
export async function inPackageTree<Result>(
  packages: Packages,
  look: (folder: string) => Promise<Result> | Result,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hookloop-tree-')))
  try {
    for (const [place, manifest] of Object.entries(packages)) {
      const { 'index.js': code = '', ...facts } = manifest
      await mkdir(join(folder, place), { recursive: true })
      await writeFile(
        join(folder, place, 'package.json'),
        JSON.stringify({ version: '1.0.0', type: 'module', ...facts }),
      )
      await writeFile(join(folder, place, 'index.js'), String(code))
    }
    return await look(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
