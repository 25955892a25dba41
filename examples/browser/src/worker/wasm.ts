import { useWasm } from '@hookloop/wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'

/** Starts the WebAssembly engine from the files that the bundler gave other names. @returns its threads, in words */
export async function startWasm(): Promise<string> {
  const folder = {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  }
  const { threads } = await useWasm({ folder, threads: threadsFor(navigator.hardwareConcurrency) })
  return threads === 1 ? '1 thread' : `${threads} threads`
}

/** Half of the processors: the other half are mostly second halves of the same cores. */
function threadsFor(processors: number): number {
  return crossOriginIsolated ? Math.min(4, Math.max(1, Math.floor(processors / 2))) : 1
}
