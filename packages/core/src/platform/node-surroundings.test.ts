import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gitState, surroundings } from './node-surroundings.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'surroundings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const hasGit = (() => {
  try {
    return execFileSync('git', ['--version']).length > 0
  } catch {
    return false
  }
})()

function git(...command: readonly string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
  return execFileSync('git', [...identity, ...command], { cwd: folder, encoding: 'utf8' }).trim()
}

it.skipIf(!hasGit)('tells commit, branch and changes (skipped: git is not installed)', async () => {
  git('init', '--quiet', '--initial-branch', 'trial')
  expect(await gitState(folder)).toBeUndefined()
  await writeFile(join(folder, 'train.ts'), '1')
  git('add', '.')
  git('commit', '--quiet', '--message', 'one')
  const commit = git('rev-parse', 'HEAD')
  await writeFile(join(folder, 'notes.txt'), 'git does not know this one')
  expect(await gitState(folder)).toEqual({ commit, branch: 'trial', isDirty: false })
  await writeFile(join(folder, 'train.ts'), '2')
  expect(await gitState(folder)).toEqual({ commit, branch: 'trial', isDirty: true })
  git('checkout', '--quiet', '--force', '--detach', 'HEAD')
  expect(await gitState(folder)).toEqual({ commit, isDirty: false })
})

it('does without a repository and without the folder', async () => {
  // What lies above a temporary folder may be a repository; what lies below a file is no folder.
  await writeFile(join(folder, 'file'), '')
  expect(await gitState(join(folder, 'file'))).toBeUndefined()
  expect((await surroundings()).system).toContain(`Node ${process.version}`)
})
