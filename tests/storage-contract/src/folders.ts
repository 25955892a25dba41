import { writeFile } from '@hookloop/core'
import { outcomeOf, type Rule, textOf } from './rule.js'

export const folders: readonly Rule[] = [
  {
    name: 'folders are made with their parents, and once more where they are',
    async observe(storage, folder) {
      const outcomes: string[] = []
      for (const name of ['a/b/c', 'a/b/c', 'a/b/', 'd/'])
        outcomes.push(await outcomeOf(storage.makeFolder(`${folder}/${name}`)))
      return [...outcomes, await storage.exists(`${folder}/a/b/c`), await storage.exists(`${folder}/d`)]
    },
    expected: ['done', 'done', 'done', 'done', true, true],
  },
  {
    name: 'a folder and a file do not take each other’s place',
    async observe(storage, folder) {
      const [file, sub] = [storage.join(folder, 'file'), storage.join(folder, 'sub')]
      await writeFile(storage, file, 'x')
      await storage.makeFolder(sub)
      const attempts = [
        () => storage.makeFolder(file),
        () => storage.makeFolder(storage.join(file, 'below')),
        () => storage.create(storage.join(file, 'below')),
        () => storage.append(storage.join(file, 'below'), 'x'),
        () => storage.create(sub),
        () => storage.append(sub, 'x'),
        () => storage.read(sub),
      ]
      const outcomes: string[] = []
      for (const attempt of attempts) outcomes.push(await outcomeOf(attempt()))
      return [outcomes, await textOf(storage, file), await storage.list(folder)]
    },
    expected: [[...Array(6).fill('HL_STORAGE_WRITE'), 'HL_STORAGE_READ'], 'x', ['file']],
  },
  {
    name: 'a folder that comes while a file is written stays',
    async observe(storage, folder) {
      const path = storage.join(folder, 'place')
      const file = await storage.create(path)
      await file.write('x')
      await storage.makeFolder(path)
      const outcome = await outcomeOf(file.commit())
      return [outcome, await storage.list(folder), await outcomeOf(storage.read(path))]
    },
    expected: ['HL_STORAGE_WRITE', [], 'HL_STORAGE_READ'],
  },
  {
    name: 'exists knows files and folders',
    async observe(storage, folder) {
      await writeFile(storage, storage.join(folder, 'sub', 'file'), 'x')
      const names = ['', 'sub', 'sub/', 'sub/file', 'sub/file/', 'sub/file/.', 'sub/none', 'none/']
      return Promise.all(names.map(async (name) => `${name} ${await storage.exists(`${folder}/${name}`)}`))
    },
    expected: [
      ...[' true', 'sub true', 'sub/ true', 'sub/file true', 'sub/file/ false', 'sub/file/. false'],
      ...['sub/none false', 'none/ false'],
    ],
  },
  {
    name: 'an empty folder can be removed, one that holds something cannot',
    async observe(storage, folder) {
      const [sub, file] = [storage.join(folder, 'sub'), storage.join(folder, 'sub', 'file')]
      await writeFile(storage, file, 'x')
      await storage.makeFolder(storage.join(folder, 'outer', 'inner'))
      const refused = [
        await outcomeOf(storage.remove(sub)),
        await outcomeOf(storage.remove(storage.join(folder, 'outer'))),
      ]
      await storage.remove(file)
      const stays = await storage.exists(sub)
      await storage.remove(sub)
      await storage.remove(`${folder}/outer/inner/`)
      const gone = [await storage.exists(sub), await storage.exists(storage.join(folder, 'outer/inner'))]
      return [refused, stays, gone]
    },
    expected: [['HL_STORAGE_WRITE', 'HL_STORAGE_WRITE'], true, [false, false]],
  },
  {
    name: 'a folder is claimed by one at a time, without a file that is listed',
    async observe(storage, folder) {
      await storage.makeFolder(folder)
      // Stores of which nobody else can know have no claims.
      const claim = storage.claim?.bind(storage) ?? claims()
      const first = await claim(folder)
      const second = await claim(`${folder}/x/..`)
      const listed = await storage.list(folder)
      if (!('release' in first)) return 'the first one was refused'
      await first.release()
      const third = await claim(folder)
      await first.release()
      const fourth = await claim(folder)
      if ('release' in third) await third.release()
      return ['holder' in second, listed, 'release' in third, 'holder' in fourth]
    },
    expected: [true, [], true, true],
  },
]

/** Stands in for the claims of a store that has none. */
function claims() {
  let holder: object | undefined
  return async () => {
    if (holder !== undefined) return { holder: 'another Runner' }
    const mine = {}
    holder = mine
    return {
      release: async () => {
        if (holder === mine) holder = undefined
      },
    }
  }
}
