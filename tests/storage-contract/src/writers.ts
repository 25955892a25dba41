import { writeFile } from '@hookloop/core'
import { outcomeOf, type Rule, textOf, unique } from './rule.js'

const twenty = Array.from({ length: 20 }, (_, index) => index)
/** Long enough to be written in several parts. */
const long = (index: number) => String.fromCharCode(97 + index).repeat(100_000)
const isWhole = (text: string | undefined) => twenty.some((index) => text === long(index))

export const writers: readonly Rule[] = [
  {
    name: 'twenty writers of one file at once leave one of their files whole',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const outcomes = await Promise.all(
        twenty.map((index) => outcomeOf(writeFile(storage, path, long(index)))),
      )
      return [unique(outcomes), isWhole(await textOf(storage, path)), await storage.list(folder)]
    },
    expected: [['done'], true, ['file']],
  },
  {
    name: 'the last commit stays, whichever file was begun last',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const [first, second] = [await storage.create(path), await storage.create(path)]
      await second.write('second')
      await first.write('first')
      await second.commit()
      await first.commit()
      return textOf(storage, path)
    },
    expected: 'first',
  },
  {
    name: 'readers beside writers see whole files',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      await writeFile(storage, path, long(0))
      const writing = Promise.all(twenty.map((index) => outcomeOf(writeFile(storage, path, long(index)))))
      const read = await Promise.all(twenty.map(async () => isWhole(await textOf(storage, path))))
      return [unique(await writing), unique(read)]
    },
    expected: [['done'], [true]],
  },
  {
    name: 'a log grows while files are committed in its place and removed',
    async observe(storage, folder) {
      const path = storage.join(folder, 'log')
      const outcomes = await Promise.all(
        twenty.flatMap((index) => [
          outcomeOf(storage.append(path, '+')),
          outcomeOf(index % 5 === 4 ? storage.remove(path) : writeFile(storage, path, 'new')),
        ]),
      )
      return [unique(outcomes), /^(?:new)?\+*$/.test((await textOf(storage, path)) ?? '')]
    },
    expected: [['done'], true],
  },
]
