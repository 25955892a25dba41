import { outcomeOf, type Rule, textOf } from './rule.js'

const fifty = Array.from({ length: 50 }, (_, index) => index)

export const logs: readonly Rule[] = [
  {
    name: 'appending keeps the order of the calls, of text and bytes, however the path is spelled',
    async observe(storage, folder) {
      const spelled = [`${folder}/logs/run.log`, `${folder}//logs/./run.log`, `${folder}/x/../logs/run.log`]
      await Promise.all(
        fifty.map((index) =>
          storage.append(
            spelled[index % 3] ?? '',
            index % 2 === 0 ? `${index} é\n` : new TextEncoder().encode(`${index} é\n`),
          ),
        ),
      )
      return textOf(storage, storage.join(folder, 'logs', 'run.log'))
    },
    expected: fifty.map((index) => `${index} é\n`).join(''),
  },
  {
    name: 'appending nothing makes the file',
    async observe(storage, folder) {
      const path = storage.join(folder, 'deep', 'log')
      await storage.append(path, '')
      return [await storage.exists(path), await textOf(storage, path)]
    },
    expected: [true, ''],
  },
  {
    name: 'a commit takes the place of what was appended since the file was begun',
    async observe(storage, folder) {
      const path = storage.join(folder, 'log')
      await storage.append(path, 'old')
      const file = await storage.create(path)
      await storage.append(path, ' and on')
      const between = await textOf(storage, path)
      await file.write('new')
      await file.commit()
      await storage.append(path, '!')
      return [between, await textOf(storage, path)]
    },
    expected: ['old and on', 'new!'],
  },
  {
    name: 'a failed append does not keep the next one',
    async observe(storage, folder) {
      const path = storage.join(folder, 'log')
      await storage.makeFolder(path)
      const failed = await outcomeOf(storage.append(path, 'x'))
      await storage.remove(path)
      await storage.append(path, 'y')
      return [failed, await textOf(storage, path)]
    },
    expected: ['HL_STORAGE_WRITE', 'y'],
  },
]
