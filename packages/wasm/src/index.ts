import { registerTrainingKernels } from './training-kernels.js'

registerTrainingKernels()

export { type UseWasmOptions, useWasm, type WasmEngine } from './use-wasm.js'
export type { WasmFileName, WasmFiles } from './wasm-files.js'
