import { expect, it } from 'vitest'
import { normalizePath } from './normalize-path.js'

it.each([
  ['a/b', 'a/b'],
  ['/a//b/', '/a/b'],
  ['./a/./b', 'a/b'],
  ['a/c/../b', 'a/b'],
  ['/../a', '/a'],
  ['', ''],
  ['/', '/'],
])('normalizePath: %s is %s', (path, normal) => {
  expect(normalizePath(path)).toBe(normal)
})
