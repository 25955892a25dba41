import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requirements = [
  'safetensors==0.8.0',
  'tensorboard==2.21.0',
  'numpy==2.2.6; python_version < "3.11"',
  'numpy==2.4.6; python_version >= "3.11"',
]
const imports = 'import numpy, safetensors, tensorboard.backend.event_processing.event_accumulator'
const installMilliseconds = 240_000

/** A Python with the packages `safetensors`, `tensorboard` and NumPy, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly reason: string }

/** The environment from the user's cache, installed there the first time. */
export async function findPythonEnvironment(): Promise<PythonEnvironment> {
  const folder = join(cacheFolder(), environmentName())
  const python = pythonIn(folder)
  if (await works(python)) return { python }
  try {
    await install(folder)
  } catch (error) {
    return { reason: `Python's packages cannot be installed in ${folder}: ${reasonOf(error)}` }
  }
  return (await works(python)) ? { python } : { reason: `the Python environment in ${folder} does not work` }
}

/** Other requirements make another environment, so that the imports need no check of versions. */
function environmentName(): string {
  return `python-${createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12)}`
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
  try {
    await run(python, ['-c', imports])
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
    await rename(partial, folder).catch((error: unknown) => keepOther(folder, error))
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** Another process may have been first with a whole environment; one that does not work is replaced next time. */
async function keepOther(folder: string, error: unknown): Promise<void> {
  if (await works(pythonIn(folder))) return
  await rm(folder, { recursive: true, force: true })
  throw error
}

/** The last line that a failed program wrote, which says most. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const output = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''
  return output.split('\n').at(-1) || error.message
}
