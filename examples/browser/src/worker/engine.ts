import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import { setBackend, version_core } from '@tensorflow/tfjs-core'
import type { EngineNote } from '../messages.js'
import type { EngineChoice } from '../settings.js'
import { graphicsCard } from './graphics-card.js'

type Backend = Exclude<EngineChoice, 'auto'>

/** An engine that is ready, and what the page says of it. */
export interface ChosenEngine extends EngineNote {
  /** Reading a value waits for a graphics card. */
  readonly isOnCard: boolean
}

/** The engine that was asked for; else WebGPU or WebGL on a real graphics card, and WebAssembly without one. */
export async function chooseEngine(choice: EngineChoice): Promise<ChosenEngine> {
  if (choice !== 'auto') return start(choice, 'Chosen by hand.')
  const reasons: string[] = []
  for (const backend of ['webgpu', 'webgl'] as const) {
    const card = await graphicsCard(backend)
    if ('name' in card) {
      try {
        return await start(backend, `On ${card.name}.`)
      } catch (error) {
        reasons.push(`${names[backend]} fails (${error instanceof Error ? error.message : String(error)})`)
      }
    } else reasons.push(`${names[backend]}: ${card.reason}`)
  }
  return start('wasm', `On the processor, as there is no faster engine here. ${reasons.join('; ')}.`)
}

const names = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' } as const

/** Each engine is a file of its own: a page loads the one that it uses. @returns what else is to be said of it */
const loaders: Readonly<Record<Backend, () => Promise<string | undefined>>> = {
  async webgpu() {
    await import('@tensorflow/tfjs-backend-webgpu')
    return activate('webgpu')
  },
  async webgl() {
    await import('@tensorflow/tfjs-backend-webgl')
    return activate('webgl')
  },
  wasm: async () => (await import('./wasm.js')).startWasm(),
}

async function start(backend: Backend, reason: string): Promise<ChosenEngine> {
  const detail = await loaders[backend]()
  const name = `${names[backend]} (tfjs ${version_core})`
  return { name: detail === undefined ? name : `${name}, ${detail}`, reason, isOnCard: backend !== 'wasm' }
}

async function activate(backend: Backend): Promise<undefined> {
  if (!(await setBackend(backend))) throw new Error(`${names[backend]} cannot be started here`)
}
