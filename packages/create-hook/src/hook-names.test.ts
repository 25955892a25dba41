import { describe, expect, it } from 'vitest'
import { hookNames } from './hook-names.js'

describe('names of a new hook', () => {
  it.each([
    ['my-hook', undefined, 'my-hook', 'my-hook', 'MyHook'],
    ['hook-ema', undefined, 'hook-ema', 'hook-ema', 'EmaHook'],
    ['gradient-statistics', 'me', '@me/gradient-statistics', 'gradient-statistics', 'GradientStatisticsHook'],
    [
      '@me/hookloop-hook-lr.finder',
      undefined,
      '@me/hookloop-hook-lr.finder',
      'hookloop-hook-lr.finder',
      'LrFinderHook',
    ],
    ['@me/my-hook', '@me', '@me/my-hook', 'my-hook', 'MyHook'],
  ])('%s with scope %s', (name, scope, packageName, folder, className) => {
    expect(hookNames(name, scope)).toEqual({ packageName, folder, className })
  })

  it.each([
    ['My-Hook', undefined, 'capital letters'],
    ['my hook', undefined, 'URL-friendly'],
    ['../my-hook', undefined, 'start with a period'],
    ['', undefined, 'length must be greater than zero'],
    ['node_modules', undefined, 'not a valid package name'],
    ['@me/my-hook', 'you', 'another scope than --scope you'],
    ['my-hook', 'Not A Scope', 'URL-friendly'],
    ['hookloop-hook', undefined, 'a word that says what the hook does'],
    ['3d-hook', undefined, 'no class begins with a digit'],
    [`${'very-'.repeat(8)}long-hook`, undefined, 'of 40 letters; 29 at most'],
  ])('refuses %j with scope %s', (name, scope, reason) => {
    expect(() => hookNames(name, scope)).toThrow(reason)
    expect(() => hookNames(name, scope)).toThrow('HL_CREATE_NAME')
  })
})
