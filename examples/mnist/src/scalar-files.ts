import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The `scalars.json` of every run in a work dir, oldest first. */
export async function scalarFilesOf(workDir: string): Promise<string[]> {
  const entries = await readdir(workDir, { recursive: true })
  return entries
    .filter((path) => path.endsWith(join('vis_data', 'scalars.json')))
    .sort()
    .map((path) => join(workDir, path))
}
