import {
  getBackend,
  getGradient,
  getKernel,
  ready,
  setBackend,
  engine as tfEngine,
} from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { HookloopError } from '../errors/hookloop-error.js'
import type { EngineFailure } from '../platform/platform.js'
import type { Engine } from './engine.js'
import { TfjsEngine } from './tfjs-engine.js'

/** Engines by name. */
export const engineNames = ['tfjs-node', 'wasm', 'cpu'] as const
export type EngineName = (typeof engineNames)[number]

/** An engine that is ready, and what its user should hear about it. */
export interface ReadyEngine {
  readonly engine: Engine
  /** How to get a faster one, where there may be one. */
  readonly hint?: string
  /** That it is far too slow, why, and what to do. */
  readonly warning?: string
}

/**
 * Makes an engine the backend of TensorFlow.js: what the user set; tfjs-node where it works; wasm with training kernels
 * where `@hookloop/wasm` is installed; another backend that is loaded; the cpu backend. A Runner does this by itself;
 * call it where tensors are made before.
 * @throws `HL_ENGINE_MISSING` when the engine that was asked for, or any engine, cannot be had
 */
export async function useEngine(wanted: 'auto' | EngineName | Engine = 'auto'): Promise<ReadyEngine> {
  if (typeof wanted === 'object') return { engine: wanted }
  if (wanted === 'cpu') return { engine: await cpuEngine() }
  // A backend is in use as soon as somebody chose it or made a tensor; their tensors stay where they are.
  if (wanted === 'auto' && getBackend() !== undefined) return engineInUse()
  if (wanted === 'wasm' && hasTrainingKernels()) return { engine: await activate('wasm') }
  const native = wanted === 'wasm' ? undefined : await tfjsNode()
  if (native === 'works') return { engine: await activate('tensorflow') }
  if (wanted === 'tfjs-node')
    throw missing(`tfjs-node was asked for, but it ${native?.reason}. ${wayToTfjsNode}`)
  const wasm = await wasmWithKernels()
  if (wasm === 'works') return { engine: await activate('wasm'), hint: nativeHint(native) }
  if (wanted === 'wasm') throw missing(`wasm was asked for, but @hookloop/wasm ${wasm.reason}. ${wayToWasm}`)
  return slowEngine(`@tensorflow/tfjs-node ${native?.reason} and @hookloop/wasm ${wasm.reason}`)
}

async function tfjsNode(): Promise<'works' | EngineFailure> {
  if (hasBackend('tensorflow')) platform.mendTfjsNode()
  else {
    const failure = await platform.loadTfjsNode()
    if (failure !== undefined) return failure
  }
  return hasBackend('tensorflow') ? 'works' : otherCopy
}

async function wasmWithKernels(): Promise<'works' | EngineFailure> {
  const failure = await platform.loadWasm()
  if (failure !== undefined) return failure
  return hasBackend('wasm') ? 'works' : otherCopy
}

const otherCopy: EngineFailure = {
  reason:
    'uses another copy of @tensorflow/tfjs-core than hookloop: `npm ls @tensorflow/tfjs-core` must show one',
}

async function engineInUse(): Promise<ReadyEngine> {
  platform.mendTfjsNode()
  const engine = await loadedEngine()
  if (engine.name !== 'cpu') return { engine }
  const remedy =
    "Give `engine: 'tfjs-node'` or `engine: 'wasm'`, or call `await useEngine()` of @hookloop/core before the first tensor is made"
  return { engine, warning: slowness('was chosen before a faster one was loaded', remedy) }
}

async function slowEngine(why: string): Promise<ReadyEngine> {
  const engine = tfEngine().backendNames().length > 0 ? await loadedEngine() : await cpuEngine()
  if (engine.name !== 'cpu') return { engine }
  return { engine, warning: slowness(`is all that is left: ${why}`, `${wayToWasm}. ${wayToTfjsNode}`) }
}

async function loadedEngine(): Promise<Engine> {
  await ready()
  if (!hasGradients()) await loadTfjs('the loaded backend cannot compute gradients without it')
  return new TfjsEngine(getBackend())
}

const wayToTfjsNode =
  'For native speed: `npm install @tensorflow/tfjs-node @hookloop/tfjs-node-setup`, then `npx tfjs-node-setup`'
const wayToWasm =
  'From npm alone: `npm install @hookloop/wasm @tensorflow/tfjs-backend-wasm @tensorflow/tfjs`'

/** @param failure undefined where nobody asked for native TensorFlow */
function nativeHint(failure: EngineFailure | undefined): string {
  return failure === undefined ? '' : `@tensorflow/tfjs-node ${failure.reason}. ${wayToTfjsNode}`
}

function slowness(state: string, remedy: string): string {
  return `Training runs on tfjs's pure JavaScript backend, which is very slow. It ${state}. ${remedy}`
}

function hasBackend(name: string): boolean {
  return tfEngine().backendNames().includes(name)
}

// Of the kernels that @hookloop/wasm adds, the one that the stock backend would be missed most for.
function hasTrainingKernels(): boolean {
  return hasBackend('wasm') && getKernel('Conv2DBackpropFilter', 'wasm') !== undefined
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
      `@tensorflow/tfjs cannot be loaded (${reason}), and ${why}. ${wayToTfjsNode}. ${wayToWasm}; ` +
        'slow but without a download: `npm install @tensorflow/tfjs`',
    )
  })
}

async function activate(name: string): Promise<Engine> {
  await setBackend(name)
  await ready()
  if (!hasGradients()) await loadTfjs(`${name} cannot compute gradients without it`)
  return new TfjsEngine(name)
}

function missing(message: string): HookloopError {
  return new HookloopError('HL_ENGINE_MISSING', message)
}
