import {
  backend,
  getBackend,
  getGradient,
  ready,
  setBackend,
  engine as tfEngine,
  version_core,
} from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Engine } from './engine.js'

/** An engine and what its user should hear about it. */
export interface DetectedEngine {
  readonly engine: Engine
  readonly warning: string | undefined
}

/**
 * Chooses the engine: what the user set; a backend that is loaded already; tfjs-node; the cpu backend.
 * @throws `HL_ENGINE_MISSING` when the engine that was asked for, or any engine, cannot be had
 */
export async function detectEngine(
  wanted: 'auto' | 'tfjs-node' | 'cpu' | Engine = 'auto',
): Promise<DetectedEngine> {
  if (typeof wanted === 'object') return found(wanted)
  if (wanted === 'cpu') return found(await cpuEngine())
  if (wanted === 'auto' && tfEngine().backendNames().length > 0) return loadedEngine()
  const failure = hasBackend('tensorflow') ? undefined : await platform.loadTfjsNode()
  if (failure === undefined) return found(await activate('tensorflow'))
  if (wanted === 'tfjs-node')
    throw missing(`tfjs-node was asked for, but ${failure.reason}. ${wayToTfjsNode}`)
  return {
    engine: await cpuEngine(),
    warning: slowness(failure.kind === 'absent' ? 'is not installed' : `does not load (${failure.reason})`),
  }
}

const wayToTfjsNode =
  'For native speed: `npm install @tensorflow/tfjs-node @hookloop/tfjs-node-setup`, then `npx tfjs-node-setup`'

function slowness(state: string): string {
  return `Training runs on tfjs's pure JavaScript backend, which is very slow, because @tensorflow/tfjs-node ${state}. ${wayToTfjsNode}`
}

function found(engine: Engine): DetectedEngine {
  return { engine, warning: undefined }
}

function hasBackend(name: string): boolean {
  return tfEngine().backendNames().includes(name)
}

async function loadedEngine(): Promise<DetectedEngine> {
  await ready()
  if (!hasGradients()) await loadTfjs('the loaded backend cannot compute gradients without it')
  const engine = engineOf(getBackend())
  return { engine, warning: engine.name === 'cpu' ? slowness('is not loaded') : undefined }
}

async function cpuEngine(): Promise<Engine> {
  if (!hasBackend('cpu') || !hasGradients())
    await loadTfjs('no backend of TensorFlow.js can be loaded without it')
  return activate('cpu')
}

// tfjs-core and the single backends leave the gradients out; they come with the union package and tfjs-node.
function hasGradients(): boolean {
  return getGradient('BatchMatMul') !== undefined
}

async function loadTfjs(why: string): Promise<void> {
  await import('@tensorflow/tfjs').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw missing(
      `@tensorflow/tfjs cannot be loaded (${reason}), and ${why}. ${wayToTfjsNode}; ` +
        'slow but without a download: `npm install @tensorflow/tfjs`',
    )
  })
}

async function activate(name: string): Promise<Engine> {
  await setBackend(name)
  await ready()
  return engineOf(name)
}

function missing(message: string): HookloopError {
  return new HookloopError('HL_ENGINE_MISSING', message)
}

function engineOf(name: string): Engine {
  return name === 'tensorflow'
    ? new TfjsEngine('tfjs-node', name, nativeVersion())
    : new TfjsEngine(name, name, version_core)
}

// The backend of tfjs-node knows the version of the library that it runs on.
function nativeVersion(): string {
  const binding: unknown = Reflect.get(backend(), 'binding')
  const version: unknown =
    typeof binding === 'object' && binding !== null ? Reflect.get(binding, 'TF_Version') : undefined
  return typeof version === 'string' ? version : version_core
}

class TfjsEngine implements Engine {
  readonly readsAreCheap: boolean

  constructor(
    readonly name: string,
    readonly backend: string,
    readonly version: string,
  ) {
    this.readsAreCheap = backend === 'tensorflow' || backend === 'cpu' || backend === 'wasm'
  }

  describe(): string {
    return this.name === 'tfjs-node'
      ? `tfjs-node (TensorFlow ${this.version}, tfjs ${version_core})`
      : `${this.name} (tfjs ${version_core})`
  }

  /** Backends on the CPU hold nothing back but garbage; Node collects it now when started with --expose-gc. */
  emptyCache(): void {
    const collect: unknown = Reflect.get(globalThis, 'gc')
    if (typeof collect === 'function') collect()
  }
}
