import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

const mmengine = 'mmengine==0.10.7'
// PyTorch 1.13, which Debian has, needs a NumPy before 2, and later OpenCVs a NumPy after it.
const requirements = [mmengine, 'numpy<2', 'opencv-python<4.12', 'setuptools<81']

/**
 * A Python with MMEngine and PyTorch, made in the user's cache folder the first time.
 * @returns {Promise<string>} its path
 * @throws an Error that says what is missing and how to get it
 */
export async function findMMEnginePython() {
  const { HOOKLOOP_CACHE_DIR, XDG_CACHE_HOME } = process.env
  const cache = HOOKLOOP_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookloop')
  const folder = join(cache, mmengine.replace('==', '-'))
  const python = join(folder, 'bin', 'python')
  if (existsSync(python) && (await imports(python, 'mmengine, torch'))) return python
  process.stdout.write(`installing ${mmengine} in ${folder} …\n`)
  mkdirSync(cache, { recursive: true })
  const partial = `${folder}.partial-${process.pid}`
  try {
    await install(partial)
    rmSync(folder, { recursive: true, force: true })
    renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return python
}

/** @param {string} folder */
async function install(folder) {
  const base = await pythonWithTorch()
  await must([base, '-m', 'venv', '--system-site-packages', folder])
  const pip = [
    join(folder, 'bin', 'python'),
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
  ]
  await must([...pip, ...requirements])
  if (!(await imports(join(folder, 'bin', 'python'), 'mmengine, torch')))
    throw new Error(`MMEngine was installed in ${folder} but cannot be imported there`)
}

/** Debian's PyTorch belongs to the system's Python, which need not be the first one on the PATH. */
async function pythonWithTorch() {
  for (const python of ['python3', '/usr/bin/python3']) if (await imports(python, 'torch')) return python
  throw new Error(
    'no Python here can import torch. On Debian: apt-get update && apt-get install python3-torch python3-venv; ' +
      'elsewhere: python3 -m pip install torch',
  )
}

/** @param {string} python @param {string} modules */
async function imports(python, modules) {
  const { code } = await run([python, '-c', `import ${modules}`]).catch(() => ({ code: 1 }))
  return code === 0
}

/** @param {string[]} command */
async function must(command) {
  const { code, output } = await run(command)
  if (code !== 0) throw new Error(`${command.join(' ')} failed with code ${code}:\n${output}`)
}
