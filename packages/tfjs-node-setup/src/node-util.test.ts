import util from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { restoreNodeUtil } from './node-util.js'

const names = ['isArray', 'isNullOrUndefined'] as const
const original = names.map((name) => Object.getOwnPropertyDescriptor(util, name))

function remove() {
  for (const name of names) Reflect.deleteProperty(util, name)
}

beforeEach(remove)

afterEach(() => {
  remove()
  names.forEach((name, index) => {
    const descriptor = original[index]
    if (descriptor) Object.defineProperty(util, name, descriptor)
  })
})

function call(name: (typeof names)[number], value: unknown): unknown {
  const found: unknown = Reflect.get(util, name)
  return typeof found === 'function' ? found(value) : 'no function'
}

it('gives back what Node 23 removed', () => {
  expect(call('isArray', [])).toBe('no function')
  restoreNodeUtil()
  expect([[], 'a', undefined].map((value) => call('isArray', value))).toEqual([true, false, false])
  expect([null, undefined, 0, ''].map((value) => call('isNullOrUndefined', value))).toEqual([
    true,
    true,
    false,
    false,
  ])
})

it('leaves alone what Node still has', () => {
  Object.defineProperty(util, 'isArray', { value: () => 'of Node', configurable: true })
  restoreNodeUtil()
  restoreNodeUtil()
  expect(call('isArray', [])).toBe('of Node')
  expect(call('isNullOrUndefined', null)).toBe(true)
})

it('is done by importing the register entry', async () => {
  await import('./register.js')
  expect(call('isNullOrUndefined', undefined)).toBe(true)
})
