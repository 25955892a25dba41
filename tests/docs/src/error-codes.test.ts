import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './documents.js'

const page = readFileSync(join(root, 'docs/questions.md'), 'utf8')
const entries = [...page.matchAll(/^### (HL_[A-Z_]+)$/gm)].map(([, code = '']) => code)

/** Every code that a package can throw, as it stands in the sources. What only begins a code is none. */
function codesOfPackages(): Set<string> {
  const sources = readdirSync(join(root, 'packages')).flatMap(sourcesOf)
  const codes = sources.flatMap((path) => [
    ...readFileSync(path, 'utf8').matchAll(/(?<!startsWith\()'(HL_[A-Z_]*[A-Z])'/g),
  ])
  return new Set(codes.map(([, code = '']) => code))
}

function sourcesOf(name: string): string[] {
  const folder = join(root, 'packages', name, 'src')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
}

describe('docs/questions.md', () => {
  const codes = codesOfPackages()

  it('has an entry for each code of an error', () => {
    expect([...codes].filter((code) => !entries.includes(code)).sort()).toEqual([])
  })

  it('has no entry of a code that does not exist', () => {
    expect(entries.filter((code) => !codes.has(code))).toEqual([])
  })

  it('has each entry once', () => {
    expect(entries.filter((code, index) => entries.indexOf(code) !== index)).toEqual([])
  })

  it('names no code in its texts that does not exist', () => {
    const named = [...page.matchAll(/HL_[A-Z_]*[A-Z]/g)].map(([code]) => code)
    expect([...new Set(named)].filter((code) => !codes.has(code))).toEqual([])
  })
})
