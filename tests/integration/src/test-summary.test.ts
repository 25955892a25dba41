import { describe, expect, it } from 'vitest'
import { closingLine, summarize } from '../../../scripts/lib/test-summary.mjs'

const test = (status: string, fullName = status) => ({
  status,
  fullName,
  failureMessages: status === 'failed' ? ['first line\nsecond'] : [],
})
const file = (...statuses: string[]) => ({
  name: 'file.test.ts',
  status: 'passed',
  message: '',
  assertionResults: statuses.map((status) => test(status)),
})

describe('the summary of test reports', () => {
  it('adds up what vitest reported', () => {
    const summary = summarize([
      { project: 'a', report: { testResults: [file('passed', 'passed'), file('failed')] } },
      { project: 'b', report: { testResults: [file('skipped', 'pending', 'todo', 'passed')] } },
    ])
    expect(closingLine(summary)).toBe('3 passed, 1 failed, 3 skipped')
    expect(summary.failures).toEqual([{ name: 'failed', file: 'a', message: 'first line' }])
  })

  it('counts a project without a report, and a file that cannot be loaded, as failed', () => {
    const broken = {
      name: 'broken.test.ts',
      status: 'failed',
      message: 'cannot be loaded',
      assertionResults: [],
    }
    const summary = summarize([
      { project: 'a', report: undefined },
      { project: 'b', report: { testResults: [broken] } },
    ])
    expect(closingLine(summary)).toBe('0 passed, 2 failed')
  })

  it('names the skipped ones always where that is asked', () => {
    expect(closingLine(summarize([]), true)).toBe('0 passed, 0 failed, 0 skipped')
  })
})
