import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'
import { reasonOf } from '@hookloop/core'
import { setBackend, version_core } from '@tensorflow/tfjs-core'
import type { EngineNote } from '../messages.js'
import type { EngineChoice } from '../settings.js'
import { type Card, graphicsCard } from './graphics-card.js'

type Backend = Exclude<EngineChoice, 'auto'>

/** An engine that is ready, and what the page says of it. */
export interface ChosenEngine extends EngineNote {
  /** Reading a value waits for a graphics card. */
  readonly isOnCard: boolean
  /** Why it is not the one that was asked for. */
  readonly trouble?: string
}

/** The engine that was asked for, where that can be started; else the best one. @throws where there is none */
export async function chooseEngine(choice: EngineChoice): Promise<ChosenEngine> {
  if (choice === 'auto') return chooseBest()
  try {
    if (choice !== 'wasm' && (await graphicsCard(choice)) === undefined)
      throw new Error('this browser or computer does not have it')
    return { ...(await start(choice, 'Chosen by hand.')), choice }
  } catch (error) {
    const best = await chooseBest()
    const why = `${names[choice]} cannot be started: ${reasonOf(error)}.`
    return { ...best, trouble: `${why} ${best.name} takes its place.` }
  }
}

/** WebGPU or WebGL on a real graphics card; without one WebAssembly, and WebGL in software where even that is missing. */
async function chooseBest(): Promise<ChosenEngine> {
  const cards = { webgpu: await graphicsCard('webgpu'), webgl: await graphicsCard('webgl') }
  const reasons: string[] = []
  for (const backend of ['webgpu', 'webgl'] as const) {
    const card: Card | undefined = cards[backend]
    if (card === undefined) reasons.push(`${names[backend]}: not in this browser`)
    else if (card.isSoftware) reasons.push(`${names[backend]}: without a graphics card`)
    else {
      try {
        return await start(backend, `On ${card.name}.`)
      } catch (error) {
        reasons.push(`${names[backend]} fails (${reasonOf(error)})`)
      }
    }
  }
  try {
    return await start('wasm', `On the processor, as there is no faster engine here. ${reasons.join('; ')}.`)
  } catch (error) {
    if (cards.webgl?.isSoftware !== true) throw error
    const slow = 'This is many times slower than WebAssembly, which this browser does not run'
    return start('webgl', `On the processor, which plays a graphics card. ${slow}: ${reasonOf(error)}.`)
  }
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
  async wasm() {
    if (typeof WebAssembly === 'undefined') throw new Error('WebAssembly is switched off or missing')
    return (await import('./wasm.js')).startWasm()
  },
}

async function start(backend: Backend, reason: string): Promise<ChosenEngine> {
  const detail = await loaders[backend]()
  const name = [`${names[backend]} (tfjs ${version_core})`, detail].filter(Boolean).join(', ')
  return { name, reason, choice: 'auto', isOnCard: backend !== 'wasm' }
}

async function activate(backend: Backend): Promise<undefined> {
  if (!(await setBackend(backend))) throw new Error('tfjs cannot start it here')
}
