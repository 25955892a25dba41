import {
  getBackend,
  getGradient,
  getKernel,
  ready,
  setBackend,
  engine as tfEngine,
} from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { ConfigError } from '../errors/config-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { EngineFailure } from '../platform/platform.js'
import type { Engine } from './engine.js'
import { isEngineConfig } from './engine-config-schema.js'
import type { EngineConfig } from './engine-settings.js'
import { measuredSettings, prepareSettings } from './native-settings.js'
import { TfjsEngine } from './tfjs-engine.js'
import { slowness, slowWay, wayToTfjsNode, wayToWasm, wayToWasmFiles } from './ways-out.js'

/** Engines by name. */
export const engineNames = ['tfjs-node', 'wasm', 'cpu'] as const
/** The engines that a Runner can be asked for by name. */
export type EngineName = (typeof engineNames)[number]

/** An engine that is ready, and what its user should hear about it. */
export interface ReadyEngine {
  readonly engine: Engine
  /** How to get a faster one, where there may be one. */
  readonly hint?: string
  /** How its settings were chosen, where they were measured. */
  readonly note?: string
  /** That it is far too slow or lacks kernels, or that settings have no effect, why, and what to do. */
  readonly warning?: string
}

/**
 * Makes an engine the backend of TensorFlow.js: what the user set; tfjs-node where it works; wasm with training kernels
 * where `@hookloop/wasm` is installed; another backend that is loaded; the cpu backend. A Runner does this by itself;
 * call it where tensors are made before. Calls at the same time take turns.
 *
 * ```ts
 * await useEngine('tfjs-node', { intraOpThreads: 1, interOpThreads: 2 })
 * ```
 * @param settings of tfjs-node, which takes them over when it is loaded
 * @throws `HL_ENGINE_MISSING` when the engine that was asked for, or any engine, cannot be had
 * @throws `HL_CONFIG` for settings that cannot be
 */
export async function useEngine(
  wanted: 'auto' | EngineName | EngineConfig | Engine = 'auto',
  settings?: Omit<EngineConfig, 'name'>,
): Promise<ReadyEngine> {
  const tell = (line: string) => platform.consoleSink('hookloop').write(line, 'INFO', new Date())
  return engineWith(settings === undefined ? wanted : withSettings(wanted, settings), tell)
}

/** As {@link useEngine}. @param say tells what takes a while */
export function engineWith(
  wanted: 'auto' | EngineName | EngineConfig | Engine,
  say: (line: string) => void,
): Promise<ReadyEngine> {
  const choice = turn.then(() => (isEngineConfig(wanted) ? configured(wanted, say) : chosen(wanted)))
  turn = choice.catch(() => undefined)
  return choice.then(noted)
}

// tfjs gives up a backend that is starting as soon as another one is asked for.
let turn: Promise<unknown> = Promise.resolve()

function withSettings(wanted: unknown, settings: Omit<EngineConfig, 'name'>): EngineConfig {
  if (wanted === 'tfjs-node') return { name: wanted, ...settings }
  throw new ConfigError([
    {
      path: 'engine',
      code: 'HL_CONFIG_VALUE',
      message: `is ${typeof wanted === 'string' ? `'${wanted}'` : 'an object'}, but settings are for 'tfjs-node' alone`,
    },
  ])
}

async function configured(config: EngineConfig, say: (line: string) => void): Promise<ReadyEngine> {
  const warning = await prepareSettings(config, say)
  const ready = await chosen(config.name)
  return warning === undefined ? ready : { ...ready, warning }
}

function noted(ready: ReadyEngine): ReadyEngine {
  const note = ready.engine.name === 'tfjs-node' ? measuredSettings()?.note : undefined
  return note === undefined ? ready : { ...ready, note }
}

async function chosen(wanted: 'auto' | EngineName | Engine): Promise<ReadyEngine> {
  if (typeof wanted === 'object') return { engine: wanted }
  if (wanted !== 'auto' && !engineNames.includes(wanted))
    throw missing(
      `There is no engine '${wanted}': give 'auto', ${engineNames.map((name) => `'${name}'`).join(', ')} or an object. ` +
        "Another backend of TensorFlow.js is used when it is chosen before: `await tf.setBackend('webgpu')`",
    )
  if (wanted === 'cpu') return { engine: await cpuEngine() }
  // A backend is in use as soon as somebody chose it or made a tensor; their tensors stay where they are.
  if (wanted === 'auto' && getBackend() !== undefined) return engineInUse()
  if (wanted === 'wasm' && hasTrainingKernels()) return { engine: await activate('wasm') }
  const native = wanted === 'wasm' ? undefined : await tfjsNode()
  if (native === 'works') return { engine: await activate('tensorflow') }
  if (wanted === 'tfjs-node')
    throw missing(`tfjs-node was asked for, but it ${native?.reason}. ${wayToTfjsNode(native)}`)
  const wasm = await wasmWithKernels()
  if (wasm === 'works') {
    const engine = await activate('wasm')
    return native === undefined
      ? { engine }
      : { engine, hint: `@tensorflow/tfjs-node ${native.reason}. ${wayToTfjsNode(native)}` }
  }
  if (wanted === 'wasm') throw missing(`wasm was asked for, but @hookloop/wasm ${wasm.reason}. ${wayToWasm}`)
  return whatIsLeft(
    `@tensorflow/tfjs-node ${native?.reason} and @hookloop/wasm ${wasm.reason}`,
    `${wayToWasm}. ${wayToTfjsNode(native)}`,
  )
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
  return hasTrainingKernels() ? 'works' : otherCopy
}

const otherCopy: EngineFailure = {
  reason:
    'uses another copy of @tensorflow/tfjs-core than hookloop: `npm ls @tensorflow/tfjs-core` must show one',
}

async function engineInUse(): Promise<ReadyEngine> {
  platform.mendTfjsNode()
  await ready()
  return loaded(
    'was chosen before a faster one was loaded',
    "Give `engine: 'tfjs-node'` or `engine: 'wasm'`, or call `await useEngine()` of @hookloop/core before the first tensor is made",
  )
}

async function whatIsLeft(why: string, remedy: string): Promise<ReadyEngine> {
  // A backend that is loaded may fail to start.
  const works =
    hasAnyBackend() &&
    (await ready()
      .then(() => true)
      .catch(() => false))
  if (!works) await cpuEngine()
  return loaded(`is all that is left: ${why}`, remedy)
}

/**
 * The backend of TensorFlow.js as it is, with a warning where training is slow or fails.
 * @param state why it is the cpu backend, where it is
 */
async function loaded(state: string, remedy: string): Promise<ReadyEngine> {
  const backend = getBackend()
  await loadGradients(backend)
  const wasm = backend === 'wasm' && !hasTrainingKernels() ? await wasmWithKernels() : 'works'
  const engine = new TfjsEngine(backend)
  if (backend === 'cpu') return { engine, warning: slowness(state, remedy) }
  if (wasm === 'works') return { engine }
  const warning = `The wasm backend alone has no gradients of convolutions and embeddings, and @hookloop/wasm, which adds them, ${wasm.reason}. ${wayToWasm}`
  return { engine, warning }
}

function hasBackend(name: string): boolean {
  return tfEngine().backendNames().includes(name)
}

function hasAnyBackend(): boolean {
  return tfEngine().backendNames().length > 0
}

// Of the kernels that @hookloop/wasm adds, the one that the stock backend would be missed most for.
function hasTrainingKernels(): boolean {
  return hasBackend('wasm') && getKernel('Conv2DBackpropFilter', 'wasm') !== undefined
}

async function cpuEngine(): Promise<Engine> {
  if (!hasBackend('cpu') || !hasGradients())
    await loadTfjs(
      'no backend of TensorFlow.js can be loaded without it',
      `${wayToTfjsNode()}. ${wayToWasm}; ${slowWay}`,
    )
  return activate('cpu')
}

// tfjs-core and the single backends leave the gradients out; they come with the union package and tfjs-node.
function hasGradients(): boolean {
  return getGradient('BatchMatMul') !== undefined
}

async function loadGradients(backend: string): Promise<void> {
  if (hasGradients()) return
  await loadTfjs(`${backend} cannot compute gradients without it`, '`npm install @tensorflow/tfjs`')
}

async function loadTfjs(why: string, remedy: string): Promise<void> {
  await import('@tensorflow/tfjs').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw missing(`@tensorflow/tfjs cannot be loaded (${reason}), and ${why}. ${remedy}`)
  })
}

async function activate(name: string): Promise<Engine> {
  if (!(await setBackend(name)))
    throw missing(
      `The backend ${name} of TensorFlow.js does not start.${name === 'wasm' ? ` ${wayToWasmFiles}` : ''}`,
    )
  await loadGradients(name)
  return new TfjsEngine(name)
}

function missing(message: string): HookloopError {
  return new HookloopError('HL_ENGINE_MISSING', message)
}
