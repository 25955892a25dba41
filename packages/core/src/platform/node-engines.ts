import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EngineFailure } from './platform.js'

/** Loads native TensorFlow, so that its backend is registered. */
export async function loadTfjsNode(): Promise<EngineFailure | undefined> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  mendTfjsNode()
  return failureOf('@tensorflow/tfjs-node', async () =>
    withoutArguments(() => void createRequire(import.meta.url)(installed('@tensorflow/tfjs-node'))),
  )
}

/** Loads the wasm backend with the kernels that training needs. */
export async function loadWasm(): Promise<EngineFailure | undefined> {
  return failureOf('@hookloop/wasm', async () => {
    const module = await importInstalled('@hookloop/wasm')
    const useWasm: unknown = Reflect.get(module, 'useWasm')
    if (typeof useWasm === 'function') await useWasm()
  })
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

async function importInstalled(name: string): Promise<object> {
  return import(pathToFileURL(installed(name)).href)
}

/** The file of a package as it is seen from here, else from the program, else from the working directory. */
function installed(name: string): string {
  const places = [import.meta.url, process.argv[1] ?? '', join(process.cwd(), 'package.json')]
  for (const place of places) {
    const path = resolved(name, place)
    if (path !== undefined) return path
  }
  throw new NotInstalled()
}

/** What tfjs-node finds its library with takes the program's arguments for its own: `--dir` would be its `--directory`. */
function withoutArguments(load: () => void): void {
  const given = process.argv.splice(2)
  try {
    load()
  } finally {
    process.argv.push(...given)
  }
}

class NotInstalled extends Error {}

function resolved(name: string, place: string): string | undefined {
  try {
    return createRequire(place).resolve(name)
  } catch {
    return undefined
  }
}

async function failureOf(name: string, load: () => Promise<unknown>): Promise<EngineFailure | undefined> {
  try {
    await load()
    return undefined
  } catch (error) {
    if (error instanceof NotInstalled) return { reason: 'is not installed' }
    // Its own message is a path of a hundred characters.
    if (String(error).includes('tfjs_binding.node'))
      return { reason: 'is installed without its native library', lacksLibrary: true }
    const message = error instanceof Error ? error.message : String(error)
    const [line = ''] = message.split('\n').filter((text) => text.trim() !== '')
    return { reason: `does not load (${line.replace(`${name}: `, '')})` }
  }
}
