import { expect, it } from 'vitest'
import { interruptedBy } from '../exit-code.js'
import { shellWords } from './shell-words.js'
import { bytesText, table } from './table.js'

it('tables have columns, without those that are empty', () => {
  expect(table([['a', '', 'x'], ['bcd', '', 'yy'], ['e']], '  ')).toBe('  a    x\n  bcd  yy\n  e')
  expect(table([])).toBe('')
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [312_456, '312 kB'],
  [8_264_000, '8.26 MB'],
  [4e15, '4000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

it('words can be pasted into a shell', () => {
  expect(shellWords(['train', 'a b.ts', "it's", 'x={"a":1}', '@a/b@1.0.0'])).toBe(
    `train 'a b.ts' 'it'\\''s' 'x={"a":1}' @a/b@1.0.0`,
  )
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['a hook', 130],
])('a run that %s interrupted ends with %d', (reason, code) => {
  expect(interruptedBy(reason)).toBe(code)
})
