import { addressOf, defaultFolder } from '#files'

const fileNames = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const

/** The files that `@tensorflow/tfjs-backend-wasm` has in its `dist`. */
export type WasmFileName = (typeof fileNames)[number]

/** Where each of them is. */
export type WasmFiles = Readonly<Record<WasmFileName, string | URL>>

/** @returns the address of each file. @throws where one is not named, or another one is */
export function addressesOf(
  folder: string | URL | WasmFiles = defaultFolder(),
): Record<WasmFileName, string> {
  const files = typeof folder === 'string' || folder instanceof URL ? filesIn(String(folder)) : folder
  const missing = fileNames.filter((name) => !isPlace(files[name]))
  const unknown = Object.keys(files).filter((name) => !fileNames.some((known) => known === name))
  if (missing.length > 0 || unknown.length > 0) throw wrongNames(missing, unknown)
  return mapFiles((name) => addressOf(files[name]))
}

function filesIn(folder: string): WasmFiles {
  const prefix = /[/\\]$/.test(folder) ? folder : `${folder}/`
  return mapFiles((name) => `${prefix}${name}`)
}

function mapFiles<Value>(at: (name: WasmFileName) => Value): Record<WasmFileName, Value> {
  const [plain, simd, threaded] = fileNames
  return { [plain]: at(plain), [simd]: at(simd), [threaded]: at(threaded) }
}

function isPlace(place: unknown): boolean {
  return typeof place === 'string' || place instanceof URL
}

function wrongNames(missing: readonly string[], unknown: readonly string[]): Error {
  const found = [
    ...missing.map((name) => `${name} is not given as a text or a URL`),
    ...unknown.map((name) => `${name} is no file of the backend`),
  ]
  return new TypeError(
    `\`folder\` is wrong: ${found.join('; ')}. Give the places of ${fileNames.join(', ')}.`,
  )
}
