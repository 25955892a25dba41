import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

// PyTorch 1.13, which Debian has, needs a NumPy before 2, and later OpenCVs a NumPy after it.
const requirements = ['mmengine==0.10.7', 'numpy<2', 'opencv-python<4.12', 'setuptools<81']
const torch = 'torch==2.6.0'
const hint =
  'Get PyTorch and run this again. On Debian: apt-get update && apt-get install python3-torch python3-venv; ' +
  'elsewhere: python3 -m pip install torch'

/**
 * A Python with MMEngine and PyTorch, made in the user's cache folder the first time.
 * @returns {Promise<string>} its path
 * @throws an Error that says what is missing and how to get it
 */
export async function findMMEnginePython() {
  const folder = join(cacheFolder(), environmentName())
  if (existsSync(pythonIn(folder)) && (await works(pythonIn(folder)))) return pythonIn(folder)
  process.stdout.write(`installing MMEngine in ${folder} …\n`)
  mkdirSync(cacheFolder(), { recursive: true })
  const partial = `${folder}.partial-${process.pid}`
  try {
    await install(partial)
    rmSync(folder, { recursive: true, force: true })
    renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return pythonIn(folder)
}

function cacheFolder() {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  return HOOKLOOP_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookloop')
}

/** Other requirements make another environment. */
function environmentName() {
  const text = [...requirements, torch].join('\n')
  return `mmengine-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

/** @param {string} environment */
function pythonIn(environment) {
  return process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python')
}

/** With the PyTorch that is there, which saves a large download, else with pip's. @param {string} folder */
async function install(folder) {
  const base = await pythonWithTorch()
  const system = process.platform === 'win32' ? 'python' : 'python3'
  await must([
    base ?? system,
    '-m',
    'venv',
    ...(base === undefined ? [] : ['--system-site-packages']),
    folder,
  ])
  const pip = [pythonIn(folder), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  if (base === undefined) {
    process.stdout.write(`no Python here can import torch; installing ${torch} too …\n`)
    await must([...pip, torch, ...requirements])
  } else await must([...pip, ...requirements])
  if (!(await works(pythonIn(folder))))
    throw new Error(`MMEngine was installed but cannot be imported. ${hint}`)
}

/** Debian's PyTorch belongs to the system's Python, which need not be the first one on the PATH. */
async function pythonWithTorch() {
  for (const python of ['python3', '/usr/bin/python3']) if (await imports(python, 'torch')) return python
}

/** @param {string} python */
function works(python) {
  return imports(python, 'mmengine, torch')
}

/** @param {string} python @param {string} modules */
async function imports(python, modules) {
  const { code } = await run([python, '-c', `import ${modules}`]).catch(() => ({ code: 1 }))
  return code === 0
}

/** @param {string[]} command */
async function must(command) {
  const { code, output } = await run(command).catch(({ message }) => ({ code: 1, output: message }))
  if (code !== 0) throw new Error(`${command.join(' ')} failed with code ${code}:\n${output}\n${hint}`)
}
