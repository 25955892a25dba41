import { writeFile } from '@hookloop/core'
import { type Rule, textOf } from './rule.js'

/** As `path.posix.join` of Node has them. */
const joined: readonly (readonly [parts: readonly string[], path: string])[] = [
  [[], '.'],
  [[''], '.'],
  [['', ''], '.'],
  [['a', 'b'], 'a/b'],
  [['', 'a'], 'a'],
  [['a', '', 'b'], 'a/b'],
  [['/', 'a'], '/a'],
  [['a/', '/b'], 'a/b'],
  [['a', 'b/'], 'a/b/'],
  [['a//b', '.', 'c'], 'a/b/c'],
  [['a', '..', '..', 'c'], '../c'],
  [['a', '..'], '.'],
  [['..', '..', 'a'], '../../a'],
  [['/a', '..', '..', 'c'], '/c'],
  [['./a'], 'a'],
]

export const paths: readonly Rule[] = [
  {
    name: 'join puts parts together as Node does',
    async observe(storage) {
      return joined.map(([parts]) => storage.join(...parts))
    },
    expected: joined.map(([, path]) => path),
  },
  {
    name: 'absolute is one path for all spellings of a place, from the root, without a slash at its end',
    async observe(storage) {
      const spelled = ['a/b', './a//b', 'a/b/', 'a/x/../b', 'a/b/.', storage.absolute('a/b')]
      const absolute = new Set(spelled.map((path) => storage.absolute(path)))
      const [path = ''] = absolute
      return [absolute.size, /^([/\\]|[A-Za-z]:)/.test(path), /[/\\]a[/\\]b$/.test(path)]
    },
    expected: [1, true, true],
  },
  {
    name: 'above the root there is the root',
    async observe(storage) {
      const up = '../'.repeat(100)
      return storage.absolute(`${up}a`) === storage.absolute(storage.join('/', 'a'))
    },
    expected: true,
  },
  {
    name: 'a relative path and its absolute one are the same file',
    async observe(storage, folder) {
      // Where the store has a current folder, the way from there leads over the root.
      const path = `${'../'.repeat(100)}${storage.absolute(folder).replace(/^\//, '')}/file`
      await writeFile(storage, path, 'x')
      return [await textOf(storage, storage.absolute(path)), await textOf(storage, storage.join(path))]
    },
    expected: ['x', 'x'],
  },
]
