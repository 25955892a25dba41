import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureCacheEntry } from './cache-entry.js'
import type { SetUpContext } from './context.js'
import { downloadWheel } from './download.js'
import { isWhole } from './manifest.js'
import { unpackWheel } from './unpack.js'
import { type PinnedWheel, wheelKey } from './wheel.js'

/** TensorFlow's unpacked libraries and headers in the cache. */
export interface Libraries {
  readonly wheel: PinnedWheel
  /** Absolute paths. */
  readonly tensorflowLibrary: string
  readonly frameworkLibrary: string
  readonly includeDir: string
}

/** Where the libraries of a wheel belong, whether they are there or not. */
export function librariesOf(wheel: PinnedWheel, cacheRoot: string): Libraries {
  const dir = entryDir(wheel, cacheRoot)
  return {
    wheel,
    tensorflowLibrary: join(dir, wheel.tensorflowLibrary),
    frameworkLibrary: join(dir, wheel.frameworkLibrary),
    includeDir: join(dir, wheel.includeDir),
  }
}

/** True if the cache holds the wheel's libraries, whole. */
export function hasLibraries(wheel: PinnedWheel, cacheRoot: string, everyHash: boolean): Promise<boolean> {
  return isWhole(entryDir(wheel, cacheRoot), { everyHash })
}

/**
 * Downloads and unpacks a wheel's libraries into the cache, unless another process has done so meanwhile.
 * @returns true if this call downloaded them
 * @throws TfjsNodeSetupError `HL_SETUP_DOWNLOAD`, `HL_SETUP_WRONG_HASH`, `HL_SETUP_UNPACK`
 */
export function fetchLibraries(wheel: PinnedWheel, python: string, context: SetUpContext): Promise<boolean> {
  const { cacheRoot, env, onProgress } = context
  const build = async (dir: string) => {
    const downloadDir = join(dir, 'download')
    const file = await downloadWheel(wheel, { dir: downloadDir, python, env, onProgress })
    await unpackWheel(file, wheel, { dir, python, env, onProgress })
    await rm(downloadDir, { recursive: true })
  }
  const onWait = () => onProgress({ step: 'wait', message: 'another process is getting TensorFlow' })
  return ensureCacheEntry(entryDir(wheel, cacheRoot), { build, onWait })
}

function entryDir(wheel: PinnedWheel, cacheRoot: string): string {
  return join(cacheRoot, wheelKey(wheel))
}
