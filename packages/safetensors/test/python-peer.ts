import { execFile, execFileSync } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = '0.8.0'
const requirements = [
  `safetensors==${version}`,
  'numpy==2.2.6; python_version < "3.11"',
  'numpy==2.4.6; python_version >= "3.11"',
]
const script = fileURLToPath(new URL('python-peer.py', import.meta.url))
const installMilliseconds = 240_000

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

/**
 * The peer from the user's cache, installed there the first time.
 * @returns the reason, as a text, where it cannot be had
 */
export async function findPythonPeer(): Promise<PythonPeer | string> {
  const folder = join(cacheFolder(), `python-safetensors-${version}`)
  const python = pythonIn(folder)
  if (await works(python)) return new PythonPeer(python)
  try {
    await install(folder)
  } catch (error) {
    return `Python's safetensors ${version} cannot be installed in ${folder}: ${reasonOf(error)}`
  }
  return (await works(python)) ? new PythonPeer(python) : `the Python environment in ${folder} does not work`
}

function cacheFolder(): string {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  return HOOKLOOP_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookloop')
}

function pythonIn(environment: string): string {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python')
}

async function works(python: string): Promise<boolean> {
  const check = `import numpy, safetensors; assert safetensors.__version__ == '${version}'`
  try {
    await run(python, ['-c', check])
    return true
  } catch {
    return false
  }
}

/** Made beside its place and then renamed, so that an interrupted install is never taken for a whole one. */
async function install(folder: string): Promise<void> {
  const partial = `${folder}.partial-${process.pid}`
  const systemPython = process.platform === 'win32' ? 'python' : 'python3'
  try {
    await mkdir(dirname(folder), { recursive: true })
    await run(systemPython, ['-m', 'venv', partial])
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:']
    await run(pythonIn(partial), [...pip, ...requirements], { timeout: installMilliseconds })
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** The last line that a failed program wrote, which says most. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''
  return output.split('\n').at(-1) || error.message
}
