import { join } from 'node:path'
import { cacheDir } from './cache-dir.js'
import type { OnProgress } from './progress.js'
import { freeDiskBytes } from './requirements.js'
import { type Machine, type PinnedWheel, pinnedWheels, thisMachine } from './wheel.js'

/** What a set-up takes from its surroundings, in one place so that a test can give others. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly machine: Machine
  readonly wheels: readonly PinnedWheel[]
  readonly freeBytes: (dir: string) => Promise<number>
}

/** The surroundings of this process. */
export function thisProcess(): Surroundings {
  return { env: process.env, machine: thisMachine(), wheels: pinnedWheels, freeBytes: freeDiskBytes }
}

/** What every step of one set-up knows. */
export interface SetUpContext extends Surroundings {
  /** The folder of this package in the user's cache. */
  readonly cacheRoot: string
  readonly onProgress: OnProgress
}

/** The folder of this package in the cache that was given, or in the user's. */
export function cacheRootOf(chosen: string | undefined, env: NodeJS.ProcessEnv): string {
  return join(chosen ?? cacheDir(env), 'tfjs-node')
}
