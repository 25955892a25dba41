import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { gradientTable } from './gradient-table.js'

const page = new URL('../../../docs/engines.md', import.meta.url)
const marked = /(<!-- gradients: begin[^>]*-->\n)[\s\S]*?(\n<!-- gradients: end -->)/

it('docs/engines.md has the table of what is compared (HOOKLOOP_WRITE_TABLES=1 writes it)', () => {
  const text = readFileSync(page, 'utf8')
  const current = text.replace(marked, (_, begin: string, end: string) => `${begin}${gradientTable()}${end}`)
  expect(text).toMatch(marked)
  if (process.env.HOOKLOOP_WRITE_TABLES === '1') writeFileSync(page, current)
  else expect(text).toBe(current)
})
