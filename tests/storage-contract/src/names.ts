import { writeFile } from '@hookloop/core'
import { outcomeOf, type Rule, sortedList, textOf } from './rule.js'

/** Names of files on every system that hookloop runs on. */
const good = [
  ...['.hidden', '..x', 'two words', 'ünï', '漢字', '🐣', '~', '%2e', 'a.tmp', '.a.tmp', 'a.crswap'],
  ...['a'.repeat(240), 'b'.repeat(255), 'ü'.repeat(127)],
]

/** Ends of paths that no file has. */
const bad = ['', '.', '..', 'x/', 'x/.', 'x/..', 'a\0b', 'a'.repeat(256), 'a'.repeat(300), 'ü'.repeat(128)]

export const names: readonly Rule[] = [
  {
    name: 'names may be long, hidden, and of any letters',
    async observe(storage, folder) {
      const told: unknown[] = []
      for (const name of good) {
        const path = storage.join(folder, name)
        await writeFile(storage, path, name)
        await storage.append(path, '!')
        told.push([await storage.exists(path), await textOf(storage, path)])
      }
      const listed = await sortedList(storage, folder)
      for (const name of good) await storage.remove(storage.join(folder, name))
      return [told, listed, await storage.list(folder)]
    },
    expected: [good.map((name) => [true, `${name}!`]), [...good].sort(), []],
  },
  {
    name: 'paths that no file has are errors of ours, and nothing comes of them',
    async observe(storage, folder) {
      await storage.makeFolder(folder)
      const told: string[][] = []
      for (const name of bad) {
        const path = `${folder}/${name}`
        told.push([
          await outcomeOf(storage.create(path)),
          await outcomeOf(storage.append(path, 'x')),
          await outcomeOf(storage.read(path)),
        ])
      }
      return [told, await storage.list(folder)]
    },
    expected: [bad.map(() => ['HL_STORAGE_WRITE', 'HL_STORAGE_WRITE', 'HL_STORAGE_READ']), []],
  },
  {
    name: 'names that nothing can have are not there, and cannot be made or removed',
    async observe(storage, folder) {
      const told: unknown[] = []
      for (const name of ['a\0b', 'a'.repeat(300)]) {
        const path = `${folder}/${name}`
        told.push([
          await storage.exists(path),
          await storage.list(path),
          await outcomeOf(storage.makeFolder(path)),
          await outcomeOf(storage.remove(path)),
        ])
      }
      return told
    },
    expected: Array(2).fill([false, [], 'HL_STORAGE_WRITE', 'HL_STORAGE_WRITE']),
  },
  {
    name: 'an empty path names no file',
    async observe(storage) {
      return [
        await outcomeOf(storage.create('')),
        await outcomeOf(storage.append('', 'x')),
        await outcomeOf(storage.read('')),
      ]
    },
    expected: ['HL_STORAGE_WRITE', 'HL_STORAGE_WRITE', 'HL_STORAGE_READ'],
  },
  {
    name: 'a backslash is a letter, or an error of ours',
    async observe(storage, folder) {
      const path = `${folder}/back\\slash`
      const outcome = await outcomeOf(writeFile(storage, path, 'x'))
      const [text, isThere] = [await textOf(storage, path), await storage.exists(path)]
      const isLetter = outcome === 'done' && text === 'x' && isThere
      return isLetter || (outcome === 'HL_STORAGE_WRITE' && text === undefined && !isThere)
    },
    expected: true,
  },
]
