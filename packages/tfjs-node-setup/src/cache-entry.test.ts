import { mkdir, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDir } from '../test/support/temporary-dir.js'
import { ensureCacheEntry } from './cache-entry.js'
import { isWhole } from './manifest.js'
import { ownMark } from './process-mark.js'

/** An entry of two files, and a count of how often it was built. */
async function entry() {
  const root = await temporaryDir()
  const dir = join(root, 'entry')
  let builds = 0
  const build = async (fresh: string) => {
    builds++
    await mkdir(join(fresh, 'sub'))
    await writeFile(join(fresh, 'sub', 'library'), 'a library')
    await writeFile(join(fresh, 'header'), 'a header')
  }
  const ensure = () => ensureCacheEntry(dir, { build })
  return { root, dir, library: join(dir, 'sub', 'library'), ensure, builds: () => builds }
}

it('is built once, however many ask at once', async () => {
  const { root, library, ensure, builds } = await entry()
  const built = await Promise.all([ensure(), ensure(), ensure()])
  expect(built.filter(Boolean)).toHaveLength(1)
  expect(builds()).toBe(1)
  expect(await readFile(library, 'utf8')).toBe('a library')
  expect(await ensure()).toBe(false)
  expect(await readdir(root)).toEqual(['entry'])
})

it.each([
  ['a file was cut', (dir: string) => truncate(join(dir, 'sub', 'library'), 3)],
  ['a file was changed but is as long', (dir: string) => writeFile(join(dir, 'sub', 'library'), 'A library')],
  ['a file is gone', (dir: string) => rm(join(dir, 'header'))],
  ['the manifest is gone', (dir: string) => rm(join(dir, 'manifest.json'))],
  ['the manifest is half there', (dir: string) => truncate(join(dir, 'manifest.json'), 20)],
  ['all is gone', (dir: string) => rm(dir, { recursive: true })],
])('is repaired where %s', async (_, damage) => {
  const { root, dir, library, ensure } = await entry()
  await ensure()
  await damage(dir)
  expect(await isWhole(dir)).toBe(false)
  expect(await ensure()).toBe(true)
  expect(await readFile(library, 'utf8')).toBe('a library')
  expect(await readdir(root)).toEqual(['entry'])
})

it('is whole after a copy that changed the times only', async () => {
  const { dir, library, ensure } = await entry()
  await ensure()
  await utimes(library, new Date(0), new Date(0))
  expect(await isWhole(dir)).toBe(true)
  await rename(dir, `${dir}-elsewhere`)
  expect(await isWhole(`${dir}-elsewhere`)).toBe(true)
})

it('hashes every file when asked to', async () => {
  const { dir, library, ensure } = await entry()
  await ensure()
  const time = new Date(1_000_000)
  await utimes(library, time, time)
  expect(await isWhole(dir)).toBe(true)
  await writeFile(library, 'A library')
  await utimes(library, time, time)
  expect(await isWhole(dir)).toBe(true)
  expect(await isWhole(dir, { everyHash: true })).toBe(false)
})

it('leaves nothing behind when building fails', async () => {
  const { root, dir } = await entry()
  const build = async (fresh: string) => {
    await writeFile(join(fresh, 'half'), '')
    throw new Error('no network')
  }
  await expect(ensureCacheEntry(dir, { build })).rejects.toThrow('no network')
  expect(await readdir(root)).toEqual([])
})

it('clears what killed processes left, and nothing of others', async () => {
  const { root, dir, ensure } = await entry()
  const { host } = ownMark()
  // The highest process id of Linux is 2^22.
  await mkdir(`${dir}.part-${host}-99999999-abcdef`)
  const alive = `entry.part-${host}-${process.pid}-abcdef`
  const elsewhere = 'entry.part-another-host-1-abcdef'
  await mkdir(join(root, alive))
  await mkdir(join(root, elsewhere))
  await ensure()
  expect((await readdir(root)).sort()).toEqual(['entry', elsewhere, alive].sort())
})
