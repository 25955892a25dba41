import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheRootOf, thisProcess } from '../../src/context.js'
import { TfjsNodeSetupError } from '../../src/errors.js'
import { fetchLibraries, hasLibraries } from '../../src/libraries.js'
import { findRequirements } from '../../src/requirements.js'
import { wheelFor, wheelKey } from '../../src/wheel.js'

/** The user's cached libraries, or why they cannot be had. */
export type NativeCache = { readonly entry: string; readonly key: string } | { readonly missing: string }

/** Makes sure that the user's cache holds the real libraries: 214 MB are downloaded once per machine. */
export async function nativeCache(): Promise<NativeCache> {
  const surroundings = thisProcess()
  const { env, freeBytes } = surroundings
  try {
    const wheel = wheelFor(surroundings.machine, surroundings.wheels)
    const cacheRoot = cacheRootOf(undefined, env)
    if (!(await hasLibraries(wheel, cacheRoot, false))) {
      await mkdir(cacheRoot, { recursive: true })
      const { python = '' } = await findRequirements({ env, freeBytes, download: { wheel, dir: cacheRoot } })
      await fetchLibraries(wheel, python, { ...surroundings, cacheRoot, onProgress: () => {} })
    }
    const key = wheelKey(wheel)
    return { entry: join(cacheRoot, key), key }
  } catch (error) {
    if (!(error instanceof TfjsNodeSetupError)) throw error
    const reasons = error.problems.map(({ code, summary }) => `${summary} (${code})`)
    return { missing: `no native TensorFlow here: ${reasons.join(' ')}` }
  }
}

/** A cache folder of its own below `dir`, which shares the real libraries and nothing else. */
export async function cacheWithLibraries(dir: string, { entry, key }: { entry: string; key: string }) {
  const cacheDir = join(dir, 'cache')
  await mkdir(join(cacheDir, 'tfjs-node'), { recursive: true })
  await symlink(entry, join(cacheDir, 'tfjs-node', key))
  return cacheDir
}
