import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { claimFolder } from './node-claim.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claim-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('is held by one at a time, and leaves nothing behind', async () => {
  const first = await claimFolder(folder)
  if (!('release' in first)) throw new Error(`held by ${first.holder}`)
  expect(await claimFolder(folder)).toEqual({ holder: 'another Runner of this process' })
  await first.release()
  expect(await readdir(folder)).toEqual([])
  expect(await claimFolder(folder)).toHaveProperty('release')
})

it('names a process that lives, and takes over from one that was killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
  const claim = join(folder, '.hookloop-run')
  await claimFolder(folder)
  const own = await readFile(claim, 'utf8')
  await writeFile(claim, own.replace(String(process.pid), String(child.pid)))
  expect(await claimFolder(folder)).toEqual({ holder: `process ${child.pid}` })
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  expect(await claimFolder(folder)).toHaveProperty('release')
  await writeFile(claim, '{"host":"elsewhere","pid":7}')
  expect(await claimFolder(folder)).toEqual({ holder: 'process 7 on elsewhere, if it still runs' })
  await writeFile(claim, 'nothing that anybody wrote')
  expect(await claimFolder(folder)).toHaveProperty('release')
})
