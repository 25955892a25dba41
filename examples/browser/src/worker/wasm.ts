import { useWasm } from '@hookloop/wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'

/** Starts the WebAssembly engine from the files that the bundler gave other names. @returns how it computes, in words */
export async function startWasm(): Promise<string> {
  const folder = {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  }
  const engine = await useWasm({ folder })
  return engine.simd ? 'with SIMD' : 'without SIMD'
}
