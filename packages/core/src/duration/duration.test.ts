import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, parseDurationText } from './duration.js'

describe('durations', () => {
  it.each([
    ['3ep', { count: 3, unit: 'ep' }],
    ['0.5ep', { count: 0.5, unit: 'ep' }],
    ['500it', { count: 500, unit: 'it' }],
    ['2.5%', { count: 2.5, unit: '%' }],
    ['90s', { count: 90, unit: 's' }],
    ['30min', { count: 1800, unit: 's' }],
    ['1.5h', { count: 5400, unit: 's' }],
    ['2d', { count: 172_800, unit: 's' }],
    ['1d12h30min5s', { count: 131_405, unit: 's' }],
    [7, { count: 7, unit: 'it' }],
  ])('%s is %j', (duration, parsed) => {
    expect(parseDuration(duration)).toEqual(parsed)
  })

  it('in parts of a time are their sum', () => {
    const part = fc.integer({ min: 0, max: 999 })
    fc.assert(
      fc.property(part, part, part, part, (d, h, min, s) => {
        expect(parseDuration(`${d}d${h}h${min}min${s}s`).count).toBe(((d * 24 + h) * 60 + min) * 60 + s)
      }),
    )
  })

  it.each(['3 epoch', '3', 'ep', '', 's', '0.5it', '-1ep', '1h2d', '1e3it', ' 3ep', '3EP', null, Number.NaN])(
    'refuse %j, and name the allowed forms',
    (value) => {
      expect(() => parseDuration(value, 'it', ['ep', 'it', '%', 's'], 'hook.interval')).toThrow(
        /hook\.interval: is .*must be a number or a text such as '3ep' \(epochs\), '500it'.*'30min'.*HL_CONFIG_VALUE/s,
      )
    },
  )

  it('of another unit than asked for are none', () => {
    expect(parseDurationText('30min', ['ep', 'it'])).toBeUndefined()
    expect(() => parseDuration('30min', 'ep', ['ep', 'it'])).toThrow(
      /'3ep' \(epochs\), '500it' \(iterations\) \(/,
    )
  })
})
