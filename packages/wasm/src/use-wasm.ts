import { getThreadsCount, setThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { env, setBackend } from '@tensorflow/tfjs-core'
import { installedWasmFolder } from '#paths'

export interface UseWasmOptions {
  /**
   * The folder that has the three `.wasm` files of `@tensorflow/tfjs-backend-wasm` (its `dist`), as a URL or a path that
   * ends in a slash. Default on Node: the installed package. Default in a page: beside the script.
   */
  readonly folder?: string
  /** Threads where the backend can use several: in pages that are cross-origin isolated. Default: all processors. */
  readonly threads?: number
}

/** What the backend runs on. */
export interface WasmEngine {
  /** Of `@tensorflow/tfjs-backend-wasm`. */
  readonly version: string
  readonly threads: number
  readonly simd: boolean
}

/**
 * Makes wasm the backend of TensorFlow.js.
 * @throws when the module cannot be loaded, with the folder where it was looked for
 */
export async function useWasm(options: UseWasmOptions = {}): Promise<WasmEngine> {
  const folder = options.folder ?? installedWasmFolder()
  if (folder !== undefined) setWasmPaths(folder)
  if (options.threads !== undefined) setThreadsCount(options.threads)
  if (!(await setBackend('wasm')))
    throw new Error(
      `The wasm backend could not be started; its .wasm files were looked for in ${folder ?? 'the folder of the script'}. ` +
        'Give `folder` the place of `@tensorflow/tfjs-backend-wasm/dist`, ending in a slash.',
    )
  return {
    version: version_wasm,
    threads: getThreadsCount(),
    simd: (await env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true,
  }
}
