import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('python-peer.py', import.meta.url))

/** What the Python package says of one file. */
export type PythonVerdict =
  | { error: string }
  | {
      error?: never
      tensors: Record<string, { dtype: string; shape: number[]; hex: string }>
      metadata: Record<string, string>
    }

/** The Python package `safetensors`, with NumPy, in a virtual environment of its own. */
export class PythonPeer {
  readonly #python: string

  constructor(python: string) {
    this.#python = python
  }

  /** Reads all files of a folder. */
  read(folder: string): Record<string, PythonVerdict> {
    return JSON.parse(this.#run(['read', folder]).toString())
  }

  /** Fills a folder with files and reads them. */
  write(folder: string): Record<string, PythonVerdict> {
    return JSON.parse(this.#run(['write', folder]).toString())
  }

  /** Float16 bytes that NumPy makes of float32 bytes. */
  round(values: Float32Array): Buffer {
    return this.#run(['round'], new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }

  #run(args: string[], input?: Uint8Array): Buffer {
    return execFileSync(this.#python, [script, ...args], { input: input ?? '', maxBuffer: 1e9 })
  }
}
