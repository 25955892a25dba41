import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inferMetricRule, isBetterMetric, type MetricRule, metricRules } from './metric-rule.js'

describe('inferMetricRule', () => {
  it.each<[string, MetricRule | undefined]>([
    ['acc', 'greater'],
    ['accuracy/top1', 'greater'],
    ['coco/bbox_mAP', 'greater'],
    ['COCO/BBOX_MAP', 'greater'],
    ['AR@100', 'greater'],
    ['loss', 'less'],
    ['val_loss', 'less'],
    ['err', undefined],
  ])('%s is %s', (metric, rule) => {
    expect(inferMetricRule(metric)).toBe(rule)
  })

  it('lets a whole name count before a part of one', () => {
    expect(inferMetricRule('top_loss', { lessKeys: ['top_loss'] })).toBe('less')
    expect(inferMetricRule('top_loss')).toBe('greater')
  })

  it('replaces the lists', () => {
    expect(inferMetricRule('acc', { greaterKeys: ['f1'] })).toBeUndefined()
    expect(inferMetricRule('my_F1', { greaterKeys: ['f1'] })).toBe('greater')
    expect(inferMetricRule('error', { lessKeys: ['Err'] })).toBe('less')
  })
})

describe('isBetterMetric', () => {
  const numbers = fc.double()

  it('is strict, whatever the rule', () => {
    fc.assert(
      fc.property(fc.constantFrom(...metricRules), numbers, numbers, (rule, a, b) => {
        expect(isBetterMetric(rule, a, a)).toBe(false)
        expect(isBetterMetric(rule, a, b) && isBetterMetric(rule, b, a)).toBe(false)
        if (!Number.isNaN(a) && !Number.isNaN(b))
          expect(isBetterMetric(rule, a, b)).toBe(rule === 'greater' ? a > b : a < b)
      }),
    )
  })

  it('takes the first number, but never NaN', () => {
    for (const rule of metricRules) {
      expect(isBetterMetric(rule, 0, undefined)).toBe(true)
      expect(isBetterMetric(rule, Number.NaN, undefined)).toBe(false)
      expect(isBetterMetric(rule, Number.NaN, 0)).toBe(false)
    }
  })
})
