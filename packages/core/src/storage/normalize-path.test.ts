import { posix } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalizePath } from './normalize-path.js'
import { joinPath, rootedPath } from './rooted-path.js'

it.each([
  ['a/b', 'a/b'],
  ['/a//b/', '/a/b/'],
  ['./a/./b', 'a/b'],
  ['a/c/../b', 'a/b'],
  ['a/../../b', '../b'],
  ['/../a', '/a'],
  ['', '.'],
  ['/', '/'],
])('normalizePath: %s is %s', (path, normal) => {
  expect(normalizePath(path)).toBe(normal)
})

const part = fc.constantFrom('', '.', '..', '...', 'a', 'b', '/', '//')
const path = fc.array(part).map((parts) => parts.join('/'))

it('normalizes and joins as Node does on POSIX systems', () => {
  fc.assert(
    fc.property(fc.array(path), (parts) => {
      expect(parts.map(normalizePath)).toEqual(parts.map((part) => posix.normalize(part)))
      expect(joinPath(...parts)).toBe(posix.join(...parts))
    }),
  )
})

it('hangs a path on the root as Node does in the root folder', () => {
  fc.assert(
    fc.property(path, (path) => {
      expect(rootedPath(path)).toBe(posix.resolve('/', `./${path}`))
    }),
  )
})
