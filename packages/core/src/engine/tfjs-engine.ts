import { backend, version_core } from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { readsAreCheap } from './cheap-reads.js'
import type { Engine } from './engine.js'
import { countOf, type EngineSettings, specialSettings } from './engine-settings.js'

/** A backend of TensorFlow.js as an engine. */
export class TfjsEngine implements Engine {
  readonly name: string
  readonly version: string
  readonly threads: number | undefined
  readonly settings: EngineSettings
  readonly readsAreCheap: boolean

  /** @param backend the backend in use */
  constructor(readonly backend: string) {
    const isNative = backend === 'tensorflow'
    this.name = isNative ? 'tfjs-node' : backend
    this.version = isNative ? nativeVersion() : version_core
    this.settings = isNative ? platform.nativeSettings() : {}
    this.threads = isNative ? platform.nativeThreads() : wasmThreads()
    this.readsAreCheap = readsAreCheap()
  }

  describe(): string {
    const { name, version, threads, settings } = this
    const facts = [
      ...(name === 'tfjs-node' ? [`TensorFlow ${version}`] : []),
      `tfjs ${version_core}`,
      ...(threads === undefined ? [] : [countOf('thread', threads)]),
      ...specialSettings(settings),
    ]
    return `${name} (${facts.join(', ')})`
  }

  /** Backends on the CPU hold nothing back but garbage; Node collects it now when started with --expose-gc. */
  emptyCache(): void {
    const collect: unknown = Reflect.get(globalThis, 'gc')
    if (typeof collect === 'function') collect()
  }
}

// The backend of tfjs-node knows the version of the library that it runs on.
function nativeVersion(): string {
  const version = fieldOf(fieldOf(backend(), 'binding'), 'TF_Version')
  return typeof version === 'string' ? version : version_core
}

/** Of the wasm backend, which only its module knows; undefined for other backends. */
function wasmThreads(): number | undefined {
  const tfjs = fieldOf(fieldOf(backend(), 'wasm'), 'tfjs')
  const count = fieldOf(tfjs, 'getThreadsCount')
  const threads: unknown = typeof count === 'function' ? count.call(tfjs) : undefined
  return typeof threads === 'number' ? threads : undefined
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
