import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inferRule, isBetter, type Rule, rules } from './best-rule.js'

describe('inferRule', () => {
  it.each<[string, Rule | undefined]>([
    ['acc', 'greater'],
    ['accuracy/top1', 'greater'],
    ['coco/bbox_mAP', 'greater'],
    ['COCO/BBOX_MAP', 'greater'],
    ['AR@100', 'greater'],
    ['loss', 'less'],
    ['val_loss', 'less'],
    ['err', undefined],
  ])('%s is %s', (metric, rule) => {
    expect(inferRule(metric)).toBe(rule)
  })

  it('lets a whole name count before a part of one', () => {
    expect(inferRule('top_loss', { lessKeys: ['top_loss'] })).toBe('less')
    expect(inferRule('top_loss')).toBe('greater')
  })

  it('replaces the lists', () => {
    expect(inferRule('acc', { greaterKeys: ['f1'] })).toBeUndefined()
    expect(inferRule('my_F1', { greaterKeys: ['f1'] })).toBe('greater')
    expect(inferRule('error', { lessKeys: ['Err'] })).toBe('less')
  })
})

describe('isBetter', () => {
  const numbers = fc.double()

  it('is strict, whatever the rule', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rules), numbers, numbers, (rule, a, b) => {
        expect(isBetter(rule, a, a)).toBe(false)
        expect(isBetter(rule, a, b) && isBetter(rule, b, a)).toBe(false)
        if (!Number.isNaN(a) && !Number.isNaN(b))
          expect(isBetter(rule, a, b)).toBe(rule === 'greater' ? a > b : a < b)
      }),
    )
  })

  it('takes the first number, but never NaN', () => {
    for (const rule of rules) {
      expect(isBetter(rule, 0, undefined)).toBe(true)
      expect(isBetter(rule, Number.NaN, undefined)).toBe(false)
      expect(isBetter(rule, Number.NaN, 0)).toBe(false)
    }
  })
})
