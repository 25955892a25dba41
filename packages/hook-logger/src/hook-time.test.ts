import { describe, expect, it } from 'vitest'
import { HookTime, hookTimeText } from './hook-time.js'

/** A time of points and gaps that is played at the speed of the test. */
function playing() {
  let seconds = 100
  const time = new HookTime(() => seconds)
  const pass = (duration: number) => {
    seconds += duration
  }
  const point = (name: string, duration: number, inside: () => void = () => undefined) => {
    const end = time.beginPoint(name)
    const endHook = time.beginHook()
    pass(duration)
    inside()
    endHook()
    end()
  }
  return { time, pass, point }
}

describe('HookTime', () => {
  it('takes the points of an iteration together, and measures them by the whole of it', () => {
    const { time, pass, point } = playing()
    point('beforeTrainEpoch', 8)
    pass(1)
    point('beforeTrainIter', 0.25)
    pass(2)
    point('beforeOptimStep', 0.125)
    point('afterOptimStep', 0.125)
    point('afterTrainIter', 0.5)
    expect(time.take()).toEqual({ seconds: 1, share: 0.25 })
    expect(time.take()).toBeUndefined()
  })

  it('averages over the iterations since the last look', () => {
    const { time, pass, point } = playing()
    point('beforeTrainEpoch', 1)
    for (const duration of [1, 3]) {
      pass(2)
      point('afterTrainIter', duration)
    }
    expect(time.take()).toEqual({ seconds: 2, share: 0.5 })
    pass(6)
    point('afterTrainIter', 2)
    expect(time.take()).toEqual({ seconds: 2, share: 0.25 })
  })

  it('counts what hooks bring about inside of a point to that point', () => {
    const { time, pass, point } = playing()
    point('beforeTrainEpoch', 1)
    pass(1)
    point('afterTrainIter', 1, () => {
      point('beforeSaveCheckpoint', 1)
      point('afterVal', 1)
    })
    expect(time.take()).toEqual({ seconds: 3, share: 0.75 })
  })

  it('leaves validations and what happens between epochs out', () => {
    const { time, pass, point } = playing()
    point('beforeTrainEpoch', 1)
    pass(1)
    point('afterTrainIter', 1)
    for (const name of ['beforeVal', 'beforeValIter', 'afterValIter', 'afterVal']) {
      pass(5)
      point(name, 5)
    }
    pass(1)
    point('afterTrainIter', 1)
    pass(7)
    point('afterTrainEpoch', 7)
    point('beforeTrainEpoch', 7)
    pass(1)
    point('afterTrainIter', 1)
    expect(time.take()).toEqual({ seconds: 1, share: 0.5 })
  })

  it('knows nothing of a clock that stands', () => {
    const { time, point } = playing()
    point('beforeTrainEpoch', 0)
    point('afterTrainIter', 0)
    expect(time.take()).toEqual({ seconds: 0, share: 0 })
  })
})

describe('hookTimeText', () => {
  it('writes milliseconds, and how much that is of the mean iteration', () => {
    expect(hookTimeText({ seconds: 0.000_21, share: 0.0064 })).toBe('hook_time: 0.21 ms (0.6% of 32.8 ms)')
    expect(hookTimeText({ seconds: 1.5, share: 1 })).toBe('hook_time: 1500 ms (100.0% of 1500 ms)')
    expect(hookTimeText({ seconds: 0, share: 0 })).toBe('hook_time: 0 ms (0.0%)')
  })
})
