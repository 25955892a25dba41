import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { thrownCode } from '../test/thrown-code.js'
import { eventFileName } from './file-name.js'

describe('eventFileName', () => {
  it('names the file as TensorFlow and PyTorch do', () => {
    expect(eventFileName({ wallTime: 1700000000.9, hostname: 'gpu-1.lan', pid: 42, sequence: 3 })).toBe(
      'events.out.tfevents.1700000000.gpu-1.lan.42.3',
    )
    expect(eventFileName({ wallTime: 5, hostname: 'tab' })).toBe('events.out.tfevents.0000000005.tab.0.0')
  })

  it('takes this machine as it is', () => {
    expect(eventFileName({ hostname: hostname(), pid: process.pid })).toContain(`.${process.pid}.0`)
  })

  it.each(['', ' ', 'a b', '../a', 'a\\b', 'a:b', 'a\n', 'a\u0000', '\ud800', JSON.parse('null')])(
    'refuses the hostname %j',
    (name) => {
      expect(thrownCode(() => eventFileName({ hostname: name }))).toBe('HL_TFEVENTS_FILE_NAME')
    },
  )

  it.each([-1, 0.5, Number.NaN, JSON.parse('"1"')])('refuses %j as a count', (count) => {
    expect(thrownCode(() => eventFileName({ hostname: 'a', pid: count }))).toBe('HL_TFEVENTS_FILE_NAME')
    expect(thrownCode(() => eventFileName({ hostname: 'a', sequence: count }))).toBe('HL_TFEVENTS_FILE_NAME')
  })

  it('refuses a time before 1970, and one in milliseconds', () => {
    expect(thrownCode(() => eventFileName({ hostname: 'a', wallTime: -1 }))).toBe('HL_TFEVENTS_FILE_NAME')
    expect(thrownCode(() => eventFileName({ hostname: 'a', wallTime: 1.7e12 }))).toBe('HL_TFEVENTS_WALL_TIME')
  })
})
