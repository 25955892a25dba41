import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TfjsNodeFailure } from './platform.js'

/** Loads tfjs-node as seen from this package, else as seen from the working directory. */
export async function loadTfjsNode(): Promise<TfjsNodeFailure | undefined> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  mendTfjsNode()
  try {
    await importTfjsNode()
    return undefined
  } catch (error) {
    return failureOf(error)
  }
}

async function importTfjsNode(): Promise<void> {
  try {
    await import('@tensorflow/tfjs-node')
  } catch (error) {
    if (failureOf(error).kind === 'broken') throw error
    const fromProject = createRequire(join(process.cwd(), 'package.json')).resolve('@tensorflow/tfjs-node')
    await import(pathToFileURL(fromProject).href)
  }
}

/** tfjs-node 4.22 calls two functions that Node 23 took out of `util`, when it computes. */
export function mendTfjsNode(): void {
  const util: object = createRequire(import.meta.url)('node:util')
  const restored = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  }
  for (const [name, method] of Object.entries(restored)) {
    if (Reflect.get(util, name) === undefined) Reflect.set(util, name, method)
  }
}

function failureOf(error: unknown): TfjsNodeFailure {
  const reason = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isAbsent =
    (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') &&
    reason.includes('@tensorflow/tfjs-node')
  return { kind: isAbsent ? 'absent' : 'broken', reason: reason.split('\n')[0] ?? reason }
}
