import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { findMMEnginePython } from '../../scripts/lib/mmengine-python.mjs'
import { run } from '../../scripts/lib/run.mjs'

/** The environments of the peers. `check` is an expression that is true where the environment is right. */
export const peers = {
  keras: {
    requirements: ['tensorflow-cpu==2.16.2', 'keras==3.15.1'],
    check: 'import keras, tensorflow; assert tensorflow.__version__ == "2.16.2"',
  },
  torch: {
    requirements: ['torch==2.6.0', 'mmengine==0.10.7', 'numpy<2', 'opencv-python<4.12', 'setuptools<81'],
    check: 'import mmengine, torch; assert torch.__version__.startswith("2.6.0")',
    /** The one of the tests of MMEngine's behaviour is large, and often the same. */
    shared: findMMEnginePython,
  },
  jax: {
    requirements: ['jax==0.4.38', 'optax==0.2.5'],
    check: 'import jax, optax; assert jax.__version__ == "0.4.38"',
  },
}

/** @param {keyof typeof peers} name @returns {string} where its Python is, or would be */
export function pythonOf(name) {
  return pythonIn(folderOf(name))
}

/** @param {keyof typeof peers} name */
export function isInstalled(name) {
  return existsSync(pythonOf(name))
}

/** Makes the environment of a peer where it is not there yet. @param {keyof typeof peers} name */
export async function installPeer(name) {
  if (isInstalled(name) && (await works(name, pythonOf(name)))) return
  const { requirements, shared } = peers[name]
  const folder = folderOf(name)
  await mkdir(dirname(folder), { recursive: true })
  await rm(folder, { recursive: true, force: true })
  const other = await shared?.().catch(() => undefined)
  if (other !== undefined && (await works(name, other))) return symlink(dirname(dirname(other)), folder)
  // Made beside its place and then renamed, so that an interrupted install is never taken for a whole one.
  const partial = `${folder}.partial-${process.pid}`
  try {
    await must([process.platform === 'win32' ? 'python' : 'python3', '-m', 'venv', partial])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await must([pythonIn(partial), ...pip, ...requirements])
    await must([pythonIn(partial), '-c', peers[name].check])
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function works(name, python) {
  const { code } = await run([python, '-c', peers[name].check]).catch(() => ({ code: 1 }))
  return code === 0
}

/** Other requirements make another environment. */
function folderOf(name) {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  const cache = HOOKLOOP_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookloop')
  const hash = createHash('sha256').update(peers[name].requirements.join('\n')).digest('hex').slice(0, 12)
  return join(cache, 'bench-peers', `${name}-${hash}`)
}

function pythonIn(environment) {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python')
}

async function must(command) {
  const { code, output } = await run(command)
  if (code !== 0) throw new Error(`${command.join(' ')} failed with code ${code}:\n${output}`)
}
