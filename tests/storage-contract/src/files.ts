import { writeFile } from '@hookloop/core'
import { bytesOfText, outcomeOf, type Rule, sortedList, textOf, unique } from './rule.js'

export const files: readonly Rule[] = [
  {
    name: 'a file appears when it is committed, whole, with the folders above it',
    async observe(storage, folder) {
      const path = storage.join(folder, 'deep', 'er', 'file')
      const file = await storage.create(path)
      await file.write(Uint8Array.of(1, 2))
      await file.write(Uint8Array.of(3))
      const before = [await storage.exists(path), ...(await storage.list(storage.join(folder, 'deep', 'er')))]
      await file.commit()
      return [before, [...(await storage.read(path))], await storage.list(storage.join(folder, 'deep/er'))]
    },
    expected: [[false], [1, 2, 3], ['file']],
  },
  {
    name: 'a file replaces another one, a shorter or an empty one, too',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const seen: unknown[] = []
      for (const text of ['the first text', 'second', '']) {
        await writeFile(storage, path, text)
        seen.push(await textOf(storage, path), await storage.exists(path))
      }
      return seen
    },
    expected: ['the first text', true, 'second', true, '', true],
  },
  {
    name: 'what was read or written is the caller’s, and may be changed',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const bytes = bytesOfText('mine')
      const file = await storage.create(path)
      await file.write(bytes)
      bytes.fill(0)
      await file.commit()
      ;(await storage.read(path)).fill(0)
      return textOf(storage, path)
    },
    expected: 'mine',
  },
  {
    name: 'a file takes text and bytes, a part of a buffer too, and nothing else',
    async observe(storage, folder) {
      const path = storage.join(folder, 'file')
      const file = await storage.create(path)
      await file.write('tëxt ')
      await file.write(bytesOfText('nothing but bytes').subarray(12))
      const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
      const shared = new Uint8Array(buffer, 0, 1).fill(33)
      await file.write(shared)
      const wrong: string[] = []
      for (const content of [undefined, 42, ['a'], new Float32Array(1), new ArrayBuffer(1)]) {
        wrong.push(await outcomeOf(Reflect.apply(file.write, file, [content])))
        wrong.push(await outcomeOf(Reflect.apply(storage.append, storage, [path, content])))
      }
      await file.commit()
      return [await textOf(storage, path), unique(wrong)]
    },
    expected: ['tëxt bytes!', ['HL_STORAGE_WRITE']],
  },
  {
    name: 'a file that is not there cannot be read',
    async observe(storage, folder) {
      await writeFile(storage, storage.join(folder, 'file'), 'x')
      const paths = ['none', 'nowhere/none', 'file/below'].map((name) => storage.join(folder, name))
      return Promise.all(
        paths.map(async (path) => [await outcomeOf(storage.read(path)), await storage.exists(path)]),
      )
    },
    expected: Array(3).fill(['HL_STORAGE_READ', false]),
  },
  {
    name: 'removing a file leaves the others, and is nothing where there is none',
    async observe(storage, folder) {
      const at = (name: string) => storage.join(folder, name)
      await writeFile(storage, at('file'), 'x')
      await writeFile(storage, at('other'), 'x')
      const outcomes: string[] = []
      for (const path of [at('file'), at('file'), at('nowhere/file'), at('other/below'), `${at('other')}/`])
        outcomes.push(await outcomeOf(storage.remove(path)))
      return [unique(outcomes), await storage.list(folder)]
    },
    expected: [['done'], ['other']],
  },
  {
    name: 'list names files alone, and is empty where there is no such folder',
    async observe(storage, folder) {
      await writeFile(storage, storage.join(folder, 'b'), 'x')
      await writeFile(storage, storage.join(folder, 'a'), 'x')
      await writeFile(storage, storage.join(folder, 'sub', 'c'), 'x')
      await storage.makeFolder(storage.join(folder, 'empty'))
      return [
        await sortedList(storage, folder),
        await sortedList(storage, `${folder}/`),
        ...(await Promise.all(
          ['nowhere', 'empty', 'a', 'a/below'].map((name) => storage.list(storage.join(folder, name))),
        )),
      ]
    },
    expected: [['a', 'b'], ['a', 'b'], [], [], [], []],
  },
]
