import { version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { version_core } from '@tensorflow/tfjs-core'

const needed = '4.22.0'

/** @throws where TensorFlow.js is of another version: kernels rely on how that one keeps tensors in its heap */
export function checkVersions(core = version_core, backend = version_wasm): void {
  const others = [
    ...(core === needed ? [] : [`@tensorflow/tfjs-core ${core}`]),
    ...(backend === needed ? [] : [`@tensorflow/tfjs-backend-wasm ${backend}`]),
  ]
  if (others.length === 0) return
  throw new Error(
    `@hookloop/wasm needs version ${needed} of TensorFlow.js, but found ${others.join(' and ')}: ` +
      `\`npm install @tensorflow/tfjs@${needed} @tensorflow/tfjs-backend-wasm@${needed}\`.`,
  )
}
