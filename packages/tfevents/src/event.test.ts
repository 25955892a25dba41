import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvent } from '../test/read-event.js'
import { thrownCode } from '../test/thrown-code.js'
import { fileVersionEvent, sessionStartEvent } from './event.js'
import { scalarEvent } from './scalar-event.js'

describe('an event', () => {
  it('keeps every step and wall time', () => {
    const wallTimes = fc.double({ min: -1e11, max: 1e11, minExcluded: true, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.maxSafeInteger(), wallTimes, (step, wallTime) => {
        const event = readEvent(scalarEvent({ tag: 'a', value: 1, step, wallTime }))
        expect(event.get(1)).toEqual([wallTime])
        expect(event.get(2)).toEqual([step])
      }),
    )
  })

  it('is of now unless told otherwise', () => {
    const before = Date.now() / 1000
    const [wallTime] = readEvent(fileVersionEvent()).get(1) ?? []
    expect(wallTime).toBeGreaterThanOrEqual(before)
    expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000)
  })

  it.each([0.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53), JSON.parse('"7"'), JSON.parse('null')])(
    'refuses the step %s',
    (step) => {
      const call = () => scalarEvent({ tag: 'loss', value: 1, step })
      expect(thrownCode(call)).toBe('HL_TFEVENTS_STEP')
      expect(call).toThrow('The summary "loss" has the step')
      expect(thrownCode(() => sessionStartEvent({ step }))).toBe('HL_TFEVENTS_STEP')
    },
  )

  it.each([Number.NaN, Infinity, -Infinity, 1_700_000_000_000, JSON.parse('"7"'), JSON.parse('null')])(
    'refuses the wall time %s',
    (wallTime) => {
      const call = () => fileVersionEvent({ wallTime })
      expect(thrownCode(call)).toBe('HL_TFEVENTS_WALL_TIME')
      expect(call).toThrow('seconds since 1970')
      expect(thrownCode(() => scalarEvent({ tag: 'a', value: 1, step: 0, wallTime }))).toBe(
        'HL_TFEVENTS_WALL_TIME',
      )
    },
  )
})

describe('fileVersionEvent', () => {
  it('holds the version that readers look for', () => {
    const [version] = readEvent(fileVersionEvent({ wallTime: 1 })).get(3) ?? []
    expect(version).toEqual(new TextEncoder().encode('brain.Event:2'))
  })
})
