import { getThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { engine, env, setBackend } from '@tensorflow/tfjs-core'
import { bytesAt } from '#files'
import { addressesOf, type WasmFiles } from './wasm-files.js'

/** Options of {@link useWasm}. */
export interface UseWasmOptions {
  /**
   * The folder that has the three `.wasm` files of `@tensorflow/tfjs-backend-wasm` (its `dist`), as a path or URL; or the
   * place of each file by its name, as bundlers that rename files give it. Default on Node: the installed package. Default
   * in a page: the folder of the page, in a worker the one of the worker's script.
   */
  readonly folder?: string | URL | WasmFiles
}

/** What the backend runs on. */
export interface WasmEngine {
  /** Of `@tensorflow/tfjs-backend-wasm`. */
  readonly version: string
  readonly threads: number
  readonly simd: boolean
}

let lastCall: Promise<unknown> = Promise.resolve()

/**
 * Makes wasm the backend of TensorFlow.js. Calls at one time share one start; after a failure, which leaves the backend as
 * it was, it may be called again.
 * @throws where there is no WebAssembly, or its file cannot be loaded, with the place and the `cause`
 */
export function useWasm(options: UseWasmOptions = {}): Promise<WasmEngine> {
  const call = lastCall.catch(() => undefined).then(() => start(options))
  lastCall = call
  return call
}

async function start({ folder }: UseWasmOptions): Promise<WasmEngine> {
  if (typeof WebAssembly === 'undefined')
    throw new Error('There is no WebAssembly here, as some browsers switch it off; use another backend.')
  const simd = (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true
  if (!('wasm' in engine().registry)) {
    const addresses = addressesOf(folder)
    // The backend does not recover from a file that it cannot load, nor does it tell why.
    await checkFile(addresses[simd ? 'tfjs-backend-wasm-simd.wasm' : 'tfjs-backend-wasm.wasm'])
    setPaths(addresses)
  }
  if (!(await setBackend('wasm')))
    throw new Error('The wasm backend could not be started, or another one was chosen in the meantime.')
  return { version: version_wasm, threads: getThreadsCount(), simd }
}

async function checkFile(address: string): Promise<void> {
  try {
    if (!WebAssembly.validate(await bytesAt(address))) throw new Error('what is there is no WebAssembly')
  } catch (cause) {
    throw new Error(
      `The wasm backend could not be started: ${address} cannot be loaded (${reasonOf(cause)}). ` +
        'Give `folder` the place of `@tensorflow/tfjs-backend-wasm/dist`.',
      { cause },
    )
  }
}

function setPaths(addresses: Record<string, string>): void {
  try {
    setWasmPaths(addresses)
  } catch (cause) {
    throw new Error(
      'The wasm backend was started before, without useWasm, and failed; it cannot start again. Call useWasm first.',
      { cause },
    )
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
