import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapeOf, soundTrace } from '../test/sound-trace.js'
import { chromeTrace, traceChunks } from './chrome-trace.js'
import { Profile } from './profile.js'
import type { Span } from './span.js'

const origin = { experimentName: 'digits', rank: 2 }

function profileOf(spans: readonly Span[]): Profile {
  const end = Math.max(0, ...spans.map((span) => span.end))
  return new Profile(origin, 1, { begin: 0, end, spans }, [{ time: 1.5, numTensors: 7, numBytes: 400 }])
}

function textOf(...profiles: readonly Profile[]): string {
  return Buffer.concat([...traceChunks(profiles)]).toString()
}

describe('chromeTrace', () => {
  it('has complete events in microseconds, names of process and lanes, and counters', () => {
    const profile = profileOf([
      { kind: 'loop', name: 'epoch', begin: 0, end: 2.5, args: { epoch: 3 } },
      {
        kind: 'hook',
        name: 'EMAHook',
        point: 'afterTrainIter',
        within: 'train',
        begin: 0.25,
        end: 0.2501234,
      },
    ])
    const lane = { pid: 3, tid: 1 }
    expect(chromeTrace(profile)).toEqual({
      displayTimeUnit: 'ms',
      traceEvents: [
        { name: 'process_name', ph: 'M', ...lane, args: { name: 'hookloop digits, rank 2' } },
        { name: 'process_sort_index', ph: 'M', ...lane, args: { sort_index: 2 } },
        { name: 'thread_name', ph: 'M', ...lane, args: { name: 'run' } },
        { name: 'thread_sort_index', ph: 'M', ...lane, args: { sort_index: 0 } },
        { name: 'epoch', cat: 'loop', ph: 'X', ts: 0, dur: 2500, ...lane, args: { epoch: 3 } },
        {
          name: 'EMAHook',
          cat: 'hook',
          ph: 'X',
          ts: 250,
          dur: 0.123,
          ...lane,
          args: { point: 'afterTrainIter' },
        },
        { name: 'tensors', ph: 'C', ts: 1500, ...lane, args: { numTensors: 7 } },
        { name: 'bytes of tensors', ph: 'C', ts: 1500, ...lane, args: { numBytes: 400 } },
      ],
    })
  })

  it('is the same as text in pieces', () => {
    const spans = Array.from({ length: 3000 }, (_, index): Span => {
      return { kind: 'hook', name: `hook "${index}"`, begin: index, end: index + 1 }
    })
    const profile = profileOf(spans)
    expect([...traceChunks([profile])].length).toBeGreaterThan(2)
    expect(JSON.parse(textOf(profile))).toEqual(chromeTrace(profile))
    expect(JSON.parse(textOf())).toEqual(chromeTrace())
  })

  it('gives what lies across a lane of its own', () => {
    const text = textOf(
      profileOf([
        { kind: 'hook', name: 'a', begin: 0, end: 5 },
        { kind: 'hook', name: 'b', begin: 3, end: 8 },
      ]),
    )
    expect(soundTrace(text).lanes.map(shapeOf)).toEqual(['a', 'b'])
    expect(text).toContain('at the same time 1')
  })

  it('is sound for any spans', () => {
    const time = fc.double({ min: 0, max: 1e7, noNaN: true })
    const interval = fc.tuple(time, fc.double({ min: 0, max: 1000, noNaN: true }))
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 40 }), (intervals) => {
        const spans = intervals
          .map(([begin, length]): Span => ({ kind: 'part', name: 'x', begin, end: begin + length }))
          .sort((a, b) => a.begin - b.begin)
        const { events } = soundTrace(textOf(profileOf(spans)))
        expect(events.filter(({ ph }) => ph === 'X')).toHaveLength(spans.length)
      }),
    )
  })
})
