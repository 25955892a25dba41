import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { agreementCases } from './agreement-cases.js'
import { largestDifference } from './expect-same.js'
import { train } from './train-both-ways.js'

const page = new URL('../../../docs/compile.md', import.meta.url)
const marked = /(<!-- agreement: begin[^>]*-->\n)[\s\S]*?(<!-- agreement: end -->)/
const bound = 1e-5
const rows: string[] = []

it.each(Object.entries(agreementCases))('%s', async (name, task) => {
  const [eager, auto] = [await train(task, false), await train(task, 'auto')]
  const { compiledSteps = 0, obstacles = [] } = auto.report ?? {}
  expect(largestDifference(auto.losses, eager.losses)).toBeLessThan(bound)
  for (const [key, values] of Object.entries(eager.weights))
    expect(largestDifference(auto.weights[key] ?? [], values), key).toBeLessThan(bound)
  expect(compiledSteps === 50 || obstacles.length > 0).toBe(true)
  rows.push(
    `| ${name} | ${compiledSteps === 50 ? 'compiled' : `eager: ${obstacles.join('; ')}`} | below 1e-5 |`,
  )
})

it('docs/compile.md has the table of what agrees (HOOKLOOP_WRITE_TABLES=1 writes it)', () => {
  const text = readFileSync(page, 'utf8')
  const table = ['| trained | how | largest difference, relative |', '|---|---|---|', ...rows.sort()].join(
    '\n',
  )
  const current = text.replace(marked, (_, begin: string, end: string) => `${begin}${table}\n${end}`)
  expect(text).toMatch(marked)
  if (process.env.HOOKLOOP_WRITE_TABLES === '1') writeFileSync(page, current)
  else expect(text).toBe(current)
})
