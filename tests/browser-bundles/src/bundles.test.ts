import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'
import { bundleForBrowser } from '@hookloop-tests/browser-peer'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const packages = new URL('../../../packages/', import.meta.url)

/** For Node by nature; their READMEs say so. */
const nodeOnly = new Map([
  ['@hookloop/tfjs-node-setup', 'compiles a native addon'],
  ['@hookloop/compile', 'makes graphs for native TensorFlow'],
  ['@hookloop/create-hook', 'makes packages in folders'],
  ['@hookloop/testing', 'runs in tests of hooks'],
])

// A folder without manifest is what a build left of a package that another branch has.
const folders = readdirSync(packages).filter((folder) =>
  existsSync(new URL(`${folder}/package.json`, packages)),
)

/** A package's name and the file that a page gets for it. */
function entryOf(folder: string): readonly [name: string, path: string] {
  const url = new URL(`${folder}/package.json`, packages)
  const { name, exports }: { name: string; exports: { '.': { default: string } } } = JSON.parse(
    readFileSync(url, 'utf8'),
  )
  return [name, fileURLToPath(new URL(exports['.'].default, url))]
}

/** What a page and a worker both have, and nothing of Node's. */
function globalsOfPages(): object {
  const globals = {
    ...{ AbortController, Blob, CompressionStream, DecompressionStream, DOMException, Event, EventTarget },
    ...{ MessageChannel, Request, Response, TextDecoder, TextEncoder, URL, URLSearchParams },
    ...{ atob, btoa, clearInterval, clearTimeout, console, crypto, fetch, performance, queueMicrotask },
    ...{ setInterval, setTimeout, structuredClone },
    navigator: { userAgent: 'a page', hardwareConcurrency: 2 },
    location: { href: 'https://example.test/', search: '' },
  }
  return { ...globals, self: globals }
}

function loadInPage(code: string): void {
  new Script(code).runInContext(createContext(globalsOfPages()))
}

describe('what a page gets', () => {
  const entries = folders.map(entryOf)

  it.each(entries.filter(([name]) => !nodeOnly.has(name)))(
    '%s imports nothing of Node and starts without its globals',
    async (_name, path) => {
      const { code, nodeImports } = await bundleForBrowser(path, 'iife')
      expect(nodeImports).toEqual([])
      expect(() => loadInPage(code)).not.toThrow()
    },
  )

  it.each([
    [
      "import { readFileSync } from 'node:fs'\nexport const read = () => readFileSync('x')",
      ['node:fs in '],
      false,
    ],
    ["import { join } from 'path'\nexport const path = () => join('x')", ['path in '], false],
    ['export const folder = process.cwd()', [], true],
    ["export const bytes = Buffer.from('x')", [], true],
    ['export const later = () => process.cwd()', [], false],
  ])('would be noticed: %s', async (source, imports, fails) => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'))
    try {
      const path = join(folder, 'entry.js')
      await writeFile(path, source)
      const { code, nodeImports } = await bundleForBrowser(path, 'iife')
      expect(nodeImports).toEqual(imports.map((text) => `${text}${path}`))
      if (fails) expect(() => loadInPage(code)).toThrow(/is not defined/)
      else if (imports.length === 0) expect(() => loadInPage(code)).not.toThrow()
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is looked at for every package', () => {
    const names = entries.map(([name]) => name)
    expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining(names))
  })
})
