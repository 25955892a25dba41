import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { needBuildTools } from '../test/support/build-tools.js'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { findRequirements, freeDiskBytes } from './requirements.js'
import { runCommand } from './run-command.js'
import { pinnedWheels } from './wheel.js'

const enough = async () => 1e12

async function emptyPath(dir: string): Promise<NodeJS.ProcessEnv> {
  const bin = join(dir, 'bin')
  await mkdir(bin)
  return { PATH: bin }
}

function download(dir: string) {
  const [wheel] = pinnedWheels
  return wheel && { wheel, dir }
}

it('finds Python and the compiler of this machine', async (context) => {
  needBuildTools(context)
  const dir = await temporaryDir()
  const found = await findRequirements({
    env: process.env,
    download: download(dir),
    freeBytes: freeDiskBytes,
  })
  expect(found.python).toMatch(/python/)
  expect(found.compiler.version).not.toBe('')
})

it('lists all that is missing at once', async () => {
  const dir = await temporaryDir()
  const env = await emptyPath(dir)
  const search = findRequirements({ env, download: download(dir), freeBytes: async () => 5e6 })
  await expect(search).rejects.toMatchObject({
    code: 'HL_SETUP_NO_PYTHON',
    problems: [
      { code: 'HL_SETUP_NO_PYTHON' },
      { code: 'HL_SETUP_NO_COMPILER', found: 'c++: not found\ng++: not found\nclang++: not found' },
      { code: 'HL_SETUP_NO_SPACE', found: '5 MB free', lookedFor: `900 MB below ${dir}` },
    ],
  })
})

it('needs neither Python nor space where nothing is to be downloaded', async () => {
  const env = await emptyPath(await temporaryDir())
  const search = findRequirements({ env, download: undefined, freeBytes: async () => 0 })
  await expect(search).rejects.toMatchObject({ problems: [{ code: 'HL_SETUP_NO_COMPILER' }] })
})

it('tells a Python without pip from no Python', async (context) => {
  needBuildTools(context)
  const dir = await temporaryDir()
  await runCommand('python3', ['-m', 'venv', '--without-pip', join(dir, 'venv')], { env: process.env })
  const env = { PATH: join(dir, 'venv', 'bin') }
  const search = findRequirements({ env, download: download(dir), freeBytes: enough })
  await expect(search).rejects.toMatchObject({ code: 'HL_SETUP_NO_PIP' })
  await expect(search).rejects.toThrow('No module named pip')
})

it('tries first what PYTHON and CXX name, with its arguments', async (context) => {
  needBuildTools(context)
  const dir = await temporaryDir()
  const env = await emptyPath(dir)
  const wrapper = join(dir, 'wrapper')
  await writeFile(wrapper, '#!/bin/sh\necho "wrapped $*"\n')
  await chmod(wrapper, 0o755)
  const python = await runCommand('python3', ['-c', 'import sys; print(sys.executable)'], {
    env: process.env,
  })
  await symlink(wrapper, join(dir, 'bin', 'g++'))
  const { compiler, python: found } = await findRequirements({
    env: { ...env, PYTHON: python.stdout.trim(), CXX: `${wrapper} c++` },
    download: download(dir),
    freeBytes: enough,
  })
  expect(compiler).toEqual({ command: [wrapper, 'c++'], version: 'wrapped c++ --version\n' })
  expect(found).toBe(python.stdout.trim())
})
