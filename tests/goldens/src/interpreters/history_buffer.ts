import { HistoryBuffer, hasCode } from '@hookloop/core'
import { expect } from 'vitest'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'

/** The wrong uses that error cases stand for, and the code that our error has. */
const errors: readonly { readonly message: RegExp; readonly code: string; use(): void }[] = [
  {
    message: /log_val must be int or float/,
    code: 'HL_HISTORY_TYPE',
    use: () => new HistoryBuffer().update(JSON.parse('"text"')),
  },
  {
    message: /type of window size should be int/,
    code: 'HL_HISTORY_WINDOW',
    use: () => new HistoryBuffer(10, [1, 2], [1, 1]).mean(1.5),
  },
  { message: /empty array/, code: 'HL_HISTORY_EMPTY', use: () => new HistoryBuffer().current() },
  {
    message: /lengths of log_history/,
    code: 'HL_HISTORY_LENGTH',
    use: () => new HistoryBuffer(10, [1, 2, 3], [1, 1]),
  },
  {
    message: /has not been registered/,
    code: 'HL_HISTORY_STATISTIC',
    use: () => new HistoryBuffer(10, [1, 2], [1, 1]).statistic('unknown'),
  },
]

export const interpret: Interpreter = (golden) => {
  if (golden.kind === 'error') return interpretError(golden)
  const { init, updates, queries, max_length: maxLength, expected } = golden
  const { values, counts } = pairOf(init)
  const history = new HistoryBuffer(typeof maxLength === 'number' ? maxLength : undefined, values, counts)
  for (const update of listOf(updates)) {
    const [value, count] = listOf(update).map(Number)
    history.update(value ?? Number.NaN, count)
  }
  expectCloseTo(
    listOf(queries).map((query) => answer(history, query)),
    expected.results,
    1e-12,
    'results',
  )
  const data = history.data()
  expectCloseTo(
    { values: [...data.values], counts: [...data.counts] },
    { values: expected.values, counts: expected.counts },
    1e-12,
  )
}

function answer(history: HistoryBuffer, query: unknown): number {
  const { method, window } = fieldsOf(query)
  return history.statistic(String(method), typeof window === 'number' ? window : undefined)
}

function interpretError({ expected }: GoldenCase): void {
  const error = errors.find(({ message }) => message.test(String(expected.message)))
  expect(error, `a wrong use for '${expected.message}'`).toBeDefined()
  try {
    error?.use()
  } catch (thrown) {
    expect(hasCode(thrown, error?.code)).toBe(true)
    return
  }
  expect.fail('nothing was thrown')
}

function pairOf(init: unknown): { values: number[]; counts: number[] } {
  const { values, counts } = fieldsOf(init)
  return { values: listOf(values).map(Number), counts: listOf(counts).map(Number) }
}
