import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'

/** The folder with the `.wasm` files of the installed backend, ending in a separator. */
export function installedWasmFolder(): string | undefined {
  const require = createRequire(import.meta.url)
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep
}
