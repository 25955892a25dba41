import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryBuffer } from './history-buffer.js'
import { MessageHub } from './message-hub.js'
import { formatDuration, formatExponent, formatFixed } from './number-format.js'

describe('HistoryBuffer', () => {
  it('keeps the newest values, whatever was added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
        fc.integer({ min: 1, max: 40 }),
        (values, limit) => {
          const history = new HistoryBuffer(limit)
          for (const value of values) history.update(value)
          expect([...history.data().values]).toEqual(values.slice(-limit))
        },
      ),
    )
  })

  it('takes the newest value back as if it had never come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.boolean())),
        fc.integer({ min: 1, max: 20 }),
        (entries, limit) => {
          const before = tf.memory().numTensors
          const history = new HistoryBuffer(limit)
          const values: number[] = []
          for (const [value, isTakenBack] of entries) {
            const scalar = tf.scalar(value)
            history.update(scalar)
            scalar.dispose()
            if (isTakenBack) history.removeLast()
            else values.push(value)
          }
          expect([...history.data().values]).toEqual(values.slice(-limit))
          expect(tf.memory().numTensors).toBe(before)
        },
      ),
    )
    const empty = new HistoryBuffer()
    empty.removeLast()
    expect(empty.length).toBe(0)
  })

  it('reads scalars from the device late and keeps no tensor', () => {
    const before = tf.memory().numTensors
    const history = new HistoryBuffer()
    for (const value of [1, 2, 6]) {
      const scalar = tf.scalar(value)
      history.update(scalar)
      scalar.dispose()
    }
    expect(tf.memory().numTensors).toBe(before + 3)
    expect(history.mean()).toBe(3)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('MessageHub', () => {
  it('reads all waiting scalars in one transfer', async () => {
    const hub = new MessageHub('x')
    const before = tf.memory().numTensors
    tf.tidy(() => hub.updateScalars({ a: tf.scalar(1), b: { value: tf.scalar(4), count: 2 }, c: 7 }))
    await hub.settle()
    expect(tf.memory().numTensors).toBe(before)
    expect([hub.getScalar('a').current(), hub.getScalar('b').mean(), hub.getScalar('c').current()]).toEqual([
      1, 2, 7,
    ])
  })

  it('takes back what a failed iteration added, and nothing else', () => {
    const hub = new MessageHub('test')
    hub.updateScalar('train/lr', 1)
    hub.beginIteration()
    hub.updateScalars({ 'train/lr': 2, 'train/data_time': 3 })
    hub.commitIteration()
    hub.updateScalar('val/accuracy', 4)
    hub.beginIteration()
    hub.updateScalars({ 'train/lr': 5, 'train/note': 6 })
    hub.undoIteration()
    const histories = [...hub.scalars].map(([key, history]) => [key, ...history.data().values])
    expect(histories).toEqual([
      ['train/lr', 1, 2],
      ['train/data_time', 3],
      ['val/accuracy', 4],
    ])
  })

  it('stores what is to be resumed and merges it back', () => {
    const hub = new MessageHub('x')
    hub.updateScalar('kept', 1)
    hub.updateScalar('dropped', 1, 1, false)
    hub.updateInfo('fact', { list: [1, 'two'] })
    hub.updateInfo('function', () => 1)
    const next = new MessageHub('y')
    next.loadStateDict(hub.stateDict())
    expect([...next.scalars.keys()]).toEqual(['kept'])
    expect(Object.fromEntries(next.info)).toEqual({ fact: { list: [1, 'two'] } })
    expect(() => next.updateScalar('kept', 1, 1, false)).toThrow(/HL_HUB_RESUMED/)
    expect(() => next.getScalar('nothing')).toThrow(/no scalar 'nothing'; it has kept/)
  })
})

describe('number formats', () => {
  it.each([
    [0.03125, '0.0312'],
    [0.28125, '0.2812'],
    [0.09375, '0.0938'],
    [2, '2.0000'],
    [-0.5, '-0.5000'],
    [Number.NaN, 'nan'],
    [1 / 0, 'inf'],
  ])('%d has the digits that Python gives', (value, text) => {
    expect(formatFixed(value, 4)).toBe(text)
  })

  it('writes exponents with two digits and durations as MMEngine does', () => {
    expect([formatExponent(0.01, 4), formatExponent(12345, 2)]).toEqual(['1.0000e-02', '1.23e+04'])
    expect([0, 61.9, 3600, 90_000, 180_000, -5].map(formatDuration)).toEqual([
      '0:00:00',
      '0:01:01',
      '1:00:00',
      '1 day, 1:00:00',
      '2 days, 2:00:00',
      '0:00:00',
    ])
  })
})
