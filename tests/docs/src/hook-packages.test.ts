import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hookPoints, hookRegistry } from '@hookloop/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from './documents.js'

interface Entry {
  readonly name: string
  readonly hooks: readonly string[]
  readonly points: readonly string[]
  readonly slot: string | null
  readonly kind: 'ours' | 'others'
}

const shared = ['beforeEpoch', 'afterEpoch', 'beforeIter', 'afterIter']
const known: readonly string[] = [...hookPoints, ...shared]
const entries: readonly Entry[] = JSON.parse(readFileSync(join(root, 'docs/hook-packages.json'), 'utf8'))
const ours = entries.filter(({ kind }) => kind === 'ours')

describe('docs/hook-packages.json', () => {
  beforeAll(async () => {
    for (const { name } of ours) await import(/* @vite-ignore */ name)
  })

  it('agrees with our package.json files, and the page is made from it', () => {
    const script = join(root, 'scripts/hook-packages.mjs')
    expect(() => execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).not.toThrow()
  })

  it('knows the points that it names', () => {
    expect(entries.flatMap(({ points }) => points).filter((point) => !known.includes(point))).toEqual([])
  })

  for (const { name, hooks, points, slot } of ours) {
    // Points that only options bring are no methods of the class.
    it(`has all points and the slot of ${name}`, () => {
      const found = hooks.map((hook) => hookRegistry.get(hook))
      const methods = found.flatMap(({ Class }) => known.filter((point) => point in Class.prototype))
      expect(methods.filter((point) => !points.includes(point))).toEqual([])
      expect(found.map(({ details }) => details.slot ?? null)).toContain(slot)
    })
  }
})
