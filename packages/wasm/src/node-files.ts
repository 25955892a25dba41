import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the installed backend, which has its `.wasm` files. */
export function defaultFolder(): string {
  const require = createRequire(import.meta.url)
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))
}

/** A path; the backend takes no `file:` URL. */
export function addressOf(place: string | URL): string {
  return /^file:/i.test(String(place)) ? fileURLToPath(place) : String(place)
}

export function bytesAt(address: string): Promise<Uint8Array<ArrayBuffer>> {
  return readFile(address)
}
