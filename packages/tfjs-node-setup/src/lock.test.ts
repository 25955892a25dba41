import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { withLock } from './lock.js'
import { ownMark } from './process-mark.js'

it('lets one after the other work, and says that it waits', async () => {
  const lockFile = join(await temporaryDir(), 'x.lock')
  const events: string[] = []
  const worker = (name: string) => async () => {
    events.push(`${name} begins`)
    await access(lockFile)
    events.push(`${name} ends`)
    return name
  }
  const waiting: number[] = []
  const names = await Promise.all(
    [0, 1, 2].map((index) => withLock(lockFile, worker(`${index}`), () => waiting.push(index))),
  )
  expect(names).toEqual(['0', '1', '2'])
  expect(waiting).toHaveLength(2)
  for (const index of [0, 2, 4]) expect(events[index + 1]).toBe(events[index]?.replace('begins', 'ends'))
  await expect(access(lockFile)).rejects.toThrow('ENOENT')
})

it('is released when the work fails', async () => {
  const lockFile = join(await temporaryDir(), 'x.lock')
  await expect(withLock(lockFile, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  expect(await withLock(lockFile, async () => 'next')).toBe('next')
})

it('is taken over at once from a process that is gone', async () => {
  const lockFile = join(await temporaryDir(), 'x.lock')
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(lockFile, JSON.stringify({ ...ownMark(), pid: child.pid }))
  const neverWaits = () => expect.unreachable()
  expect(await withLock(lockFile, async () => 'taken over', neverWaits)).toBe('taken over')
})

it('is taken over from another machine that gave no sign of life for half a minute', async () => {
  const lockFile = join(await temporaryDir(), 'x.lock')
  await writeFile(lockFile, JSON.stringify({ host: 'another', pid: 1 }))
  const then = new Date(Date.now() - 31_000)
  await utimes(lockFile, then, then)
  expect(await withLock(lockFile, async () => 'taken over')).toBe('taken over')
})
