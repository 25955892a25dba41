import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/run.mjs'
import budgets from '../budgets.json' with { type: 'json' }
import { budgetComplaint } from './budget.mjs'
import { measure } from './measure.mjs'
import { readmeComplaint, withSizes } from './readme-column.mjs'

const sizes = await measure(Object.keys(budgets.nodeOnly))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

describe('sizes in a page', () => {
  it.each(sizes)('$name keeps its budget', (size) => {
    const complaint = budgetComplaint(size, budgets.kB)
    if (complaint !== undefined) expect.fail(complaint)
  })

  it.each(sizes)('the README shows the size of $name', (size) => {
    const complaint = readmeComplaint(readme, size)
    if (complaint !== undefined) expect.fail(complaint)
  })

  it('no budget is left of a package that is gone', () => {
    const names = sizes.map(({ name }) => name)
    expect(Object.keys(budgets.kB).filter((name) => !names.includes(name))).toEqual([])
  })

  it('a hook is measured without core, core with its dependencies', () => {
    const bytesOf = new Map(sizes.map(({ name, bytes }) => [name, bytes]))
    const core = bytesOf.get('@hookloop/core') ?? 0
    expect(core).toBeGreaterThan(bytesOf.get('@hookloop/safetensors') ?? core)
    expect(bytesOf.get('@hookloop/hook-empty-cache')).toBeLessThan(core / 20)
  })
})

describe('a budget', () => {
  const size = { name: '@hookloop/hook-new', bytes: 1234 }

  it.each([
    [{}, /hook-new \(1.2 kB\) has no budget: add "@hookloop\/hook-new": 1.4 under "kB"/],
    [{ '@hookloop/hook-new': 1.2 }, /has 1.2 kB, its budget is 1.2 kB/],
  ])('of %o is complained of', (present, message) => {
    expect(budgetComplaint(size, present)).toMatch(message)
  })

  it('may be used up to its last byte', () => {
    expect(budgetComplaint(size, { '@hookloop/hook-new': 1.234 })).toBeUndefined()
  })
})

describe("the README's column", () => {
  const table = (cell: string) => `| package | what it does | size |
| --- | --- | --: |
| [\`@hookloop/hook-new\`](packages/hook-new) | new things |${cell}
| [\`@hookloop/setup\`](packages/setup)       | Node alone | – |
`
  const size = { name: '@hookloop/hook-new', bytes: 8_200 }

  it.each(['', ' |', ' 7.7 kB |', ' 8.7 kB |', ' – |'])('"%s" is stale, and written anew', (cell) => {
    expect(readmeComplaint(table(cell), size)).toMatch('which has 8.2 kB: npm run sizes -- --write')
    const written = withSizes(table(cell), [size])
    expect(written).toContain('| new things |  8.2 kB |\n')
    expect(written).toContain('| Node alone |       – |\n')
    expect(readmeComplaint(written, size)).toBeUndefined()
    expect(withSizes(written, [size])).toBe(written)
  })

  it.each([' 7.9 kB |', ' 8.5 kB |'])('"%s" is near enough', (cell) => {
    expect(readmeComplaint(table(cell), size)).toBeUndefined()
  })

  it('lacks the row of a new package', () => {
    expect(readmeComplaint('', size)).toBe(
      'README.md has no row for @hookloop/hook-new in its table of packages',
    )
  })
})
