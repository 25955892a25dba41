import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { type SetupProblem, TfjsNodeSetupError, writingTo } from './errors.js'

const noCompiler: SetupProblem = {
  code: 'HL_SETUP_NO_COMPILER',
  summary: 'No compiler.',
  lookedFor: 'g++',
  found: 'g++: not found\nclang++: not found',
  waysOut: ['install g++', 'set CXX'],
}

it('says what was looked for, what was found and the ways out', () => {
  const error = new TfjsNodeSetupError(noCompiler)
  expect(error.code).toBe('HL_SETUP_NO_COMPILER')
  expect(error.message).toBe(`No compiler. (HL_SETUP_NO_COMPILER)
  looked for: g++
  found:      g++: not found
              clang++: not found
  ways out:   - install g++
              - set CXX`)
})

it('lists several problems in one error', () => {
  const error = new TfjsNodeSetupError(noCompiler, { ...noCompiler, code: 'HL_SETUP_NO_PIP' })
  expect(error.problems.map(({ code }) => code)).toEqual(['HL_SETUP_NO_COMPILER', 'HL_SETUP_NO_PIP'])
  expect(error.message).toContain('(HL_SETUP_NO_PIP)')
})

it('turns a refusal of the file system into a clear error', async () => {
  const dir = await temporaryDir()
  await writeFile(join(dir, 'file'), '')
  const below = join(dir, 'file', 'below')
  await expect(writingTo(below, () => mkdir(below))).rejects.toMatchObject({ code: 'HL_SETUP_NOT_WRITABLE' })
})

it('lets other errors through', async () => {
  const failing = () => Promise.reject(new RangeError('mine'))
  await expect(writingTo('/somewhere', failing)).rejects.toThrow(RangeError)
})
