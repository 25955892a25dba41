import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
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

// One keeps its tensors in memory of the process, the other one stands for those that keep them on a device.
tf.copyRegisteredKernels('cpu', 'far')
tf.registerBackend('far', () => tf.findBackendFactory('cpu')())

describe.each(['cpu', 'far'])('MessageHub with tensors of the backend %s', (backend) => {
  beforeAll(() => tf.setBackend(backend))
  afterAll(() => tf.setBackend('cpu'))

  it('reads all scalars that wait on a device in one transfer, and keeps no others', async () => {
    const hub = new MessageHub('x')
    const before = tf.memory().numTensors
    const read = vi.spyOn(tf.backend(), 'read')
    tf.tidy(() => hub.updateScalars({ a: tf.scalar(1), b: { value: tf.tensor1d([4]), count: 2 }, c: 7 }))
    expect(tf.memory().numTensors).toBe(backend === 'far' ? before + 2 : before)
    await hub.settle()
    expect(read).toHaveBeenCalledTimes(backend === 'far' ? 1 : 0)
    read.mockRestore()
    expect(tf.memory().numTensors).toBe(before)
    expect([hub.getScalar('a').current(), hub.getScalar('b').mean(), hub.getScalar('c').current()]).toEqual([
      1, 2, 7,
    ])
  })

  it('takes whole numbers and truth values too', async () => {
    const hub = new MessageHub('x')
    tf.tidy(() => hub.updateScalars({ whole: tf.tensor1d([7], 'int32'), truth: tf.scalar(true, 'bool') }))
    await hub.settle()
    expect([hub.getScalar('whole').current(), hub.getScalar('truth').current()]).toEqual([7, 1])
  })

  it('reads nothing in the middle of an iteration', async () => {
    const hub = new MessageHub('x')
    const before = tf.memory().numTensors
    hub.beginIteration()
    tf.tidy(() => hub.updateScalar('loss', tf.scalar(3)))
    expect(tf.memory().numTensors).toBe(before + 1)
    hub.undoIteration()
    expect(tf.memory().numTensors).toBe(before)
    hub.beginIteration()
    tf.tidy(() => hub.updateScalar('loss', tf.scalar(5)))
    hub.commitIteration()
    await hub.settle()
    expect([...hub.getScalar('loss').data().values]).toEqual([5])
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('MessageHub', () => {
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

  it('has the digits of a look at a hundred of them, near the middle and far from it', () => {
    const near = fc.tuple(
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
    )
    const sixteenths = near.map(([whole, off]) => Math.abs(whole / 16 + off))
    fc.assert(
      fc.property(
        fc.oneof(sixteenths, fc.double({ min: 0, max: 1e14, noNaN: true })),
        fc.integer({ min: 0, max: 6 }),
        (value, digits) => {
          expect(formatFixed(value, digits)).toBe(roundedByText(value, digits))
        },
      ),
    )
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

/** A number to so many digits by the exact decimal text of it, a tie to the even neighbour. */
function roundedByText(value: number, digits: number): string {
  const [whole = '', rest = ''] = value.toFixed(100).split('.')
  const scaled = BigInt(whole + rest.slice(0, digits))
  const left = rest.slice(digits)
  const half = '5'.padEnd(left.length, '0')
  const isUp = left > half || (left === half && scaled % 2n === 1n)
  const text = String(scaled + (isUp ? 1n : 0n)).padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}
