import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  hookPoints,
  hookRegistry,
  metricRegistry,
  optimizerRegistry,
  optimWrapperRegistry,
  paramSchedulerRegistry,
  visBackendRegistry,
} from '@hookloop/core'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = readFileSync(join(root, 'docs/parity.md'), 'utf8')
const cells = text
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .flatMap((line) => line.split('|').map((cell) => cell.trim()))
const named = new Set([...cells.join(' ').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))

describe('docs/parity.md', () => {
  // Every package that registers something, whatever it is called; what `testing` has is for tests of hooks only.
  beforeAll(async () => {
    for (const folder of readdirSync(join(root, 'packages')).filter((name) => name !== 'testing')) {
      if (!existsSync(join(root, 'packages', folder, 'src/package-info.ts'))) continue
      await import(join(root, 'packages', folder, 'dist/index.js'))
    }
  })

  it('has a row for every hook point', () => {
    expect(hookPoints.filter((point) => !named.has(point))).toEqual([])
  })

  it.each([
    hookRegistry,
    paramSchedulerRegistry,
    optimizerRegistry,
    optimWrapperRegistry,
    metricRegistry,
    visBackendRegistry,
  ])('has a row for everything that is registered as a $kind', (registry) => {
    expect(registry.names().length).toBeGreaterThan(0)
    expect(registry.names().filter((name) => !named.has(name))).toEqual([])
  })

  it('names files that exist', () => {
    const files = [...text.matchAll(/`((?:packages|tests|examples|scripts)\/[^`<>*…]+)`/g)].map(
      ([, file = '']) => file,
    )
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  it('names golden files that exist', () => {
    const fixtures = readdirSync(join(root, 'tests/goldens/fixtures')).map((name) =>
      name.replace('.json', ''),
    )
    const words = [...named].filter((name) => /^[a-z]+(_[a-z]+)*$/.test(name) && fixtures.includes(name))
    expect(fixtures.filter((name) => name !== 'README.md' && !words.includes(name))).toEqual([])
  })
})
