import type { EngineFailure } from '../platform/platform.js'

/** How to get native TensorFlow. @param failure why it does not work, where that is known */
export function wayToTfjsNode(failure?: EngineFailure): string {
  if (failure?.lacksLibrary === true)
    return 'For native speed: `npx @hookloop/tfjs-node-setup`, which says what it needs'
  return 'For native speed: `npm install @tensorflow/tfjs-node @hookloop/tfjs-node-setup`, then `npx tfjs-node-setup`'
}

export const wayToWasm =
  'From npm alone: `npm install @hookloop/wasm @tensorflow/tfjs-backend-wasm @tensorflow/tfjs`'

/** Where the package is there, but its backend does not start. */
export const wayToWasmFiles =
  'Its .wasm files are missing or damaged where they are looked for: install @tensorflow/tfjs-backend-wasm again, or ' +
  'call `await useWasm({ folder })` of @hookloop/wasm before, with the folder that has them'

export const slowWay = 'slow but without a download: `npm install @tensorflow/tfjs`'

export function slowness(state: string, remedy: string): string {
  return `Training runs on tfjs's pure JavaScript backend, which is very slow. It ${state}. ${remedy}`
}
