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
import type { TfjsNodeFailure } from '../platform/platform.js'
import type { Engine } from './engine.js'

/** An engine and what its user should hear about it. */
export interface DetectedEngine {
  readonly engine: Engine
  readonly warning: string | undefined
}

/**
 * Chooses the engine: what the user set; tfjs-node; another backend that is loaded; the cpu backend.
 * @throws `HL_ENGINE_MISSING` when the engine that was asked for, or any engine, cannot be had
 */
export async function detectEngine(
  wanted: 'auto' | 'tfjs-node' | 'cpu' | Engine = 'auto',
): Promise<DetectedEngine> {
  if (typeof wanted === 'object') return found(wanted)
  if (wanted === 'cpu') return found(await cpuEngine())
  // A backend is in use as soon as somebody chose it or made a tensor; their tensors stay where they are.
  if (wanted === 'auto' && getBackend() !== undefined) return engineInUse()
  const failure = await tfjsNode()
  if (failure === undefined) return found(await activate('tensorflow'))
  if (wanted === 'tfjs-node')
    throw missing(`tfjs-node was asked for, but ${failure.reason}. ${wayToTfjsNode}`)
  const engine = tfEngine().backendNames().length > 0 ? await loadedEngine() : await cpuEngine()
  const state = failure.kind === 'absent' ? 'is not installed' : `does not load (${failure.reason})`
  return { engine, warning: engine.name === 'cpu' ? slowness(state, wayToTfjsNode) : undefined }
}

async function tfjsNode(): Promise<TfjsNodeFailure | undefined> {
  if (!hasBackend('tensorflow')) return platform.loadTfjsNode()
  platform.mendTfjsNode()
  return undefined
}

async function engineInUse(): Promise<DetectedEngine> {
  platform.mendTfjsNode()
  const engine = await loadedEngine()
  const remedy =
    "Give `engine: 'tfjs-node'`, or import '@tensorflow/tfjs-node' before the first tensor is made"
  return { engine, warning: engine.name === 'cpu' ? slowness('was not loaded in time', remedy) : undefined }
}

async function loadedEngine(): Promise<Engine> {
  await ready()
  if (!hasGradients()) await loadTfjs('the loaded backend cannot compute gradients without it')
  return engineOf(getBackend())
}

const wayToTfjsNode =
  'For native speed: `npm install @tensorflow/tfjs-node @hookloop/tfjs-node-setup`, then `npx tfjs-node-setup`'

function slowness(state: string, remedy: string): string {
  return `Training runs on tfjs's pure JavaScript backend, which is very slow, because @tensorflow/tfjs-node ${state}. ${remedy}`
}

function found(engine: Engine): DetectedEngine {
  return { engine, warning: undefined }
}

function hasBackend(name: string): boolean {
  return tfEngine().backendNames().includes(name)
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
