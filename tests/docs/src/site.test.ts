import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix, relative } from 'node:path'
import { findBrowser, serveFiles } from '@hookloop-tests/browser-peer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './documents.js'

const browser = await findBrowser()
const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc')

describe('the site', () => {
  let folder: string
  let pages: ReadonlyMap<string, string>
  let files: Readonly<Record<string, Uint8Array>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'site-'))
    await build(folder)
    files = await read(folder)
    pages = new Map(
      Object.entries(files)
        .filter(([path]) => path.endsWith('.html'))
        .map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
    )
  }, 600_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has a page for every guide and every package', async () => {
    const titles = [...pages]
      .filter(([path]) => path.startsWith('documents/'))
      .map(([, html]) => titleOf(html))
    for (const name of (await readdir(join(root, 'docs'))).filter((file) => file.endsWith('.md'))) {
      const [, heading] = /^# (.+)$/m.exec(await readFile(join(root, 'docs', name), 'utf8')) ?? []
      expect(titles).toContain(`${heading} | hookloop`)
    }
    for (const folder of await readdir(join(root, 'packages'))) {
      const { name } = JSON.parse(await readFile(join(root, 'packages', folder, 'package.json'), 'utf8'))
      expect([...pages.keys()]).toContain(`modules/${name.replace(/[@/]/g, '_')}.html`)
    }
  })

  it('has no broken link', () => {
    const broken = [...pages].flatMap(([path, html]) =>
      linksOf(html)
        .filter((link) => !isThere(path, link))
        .map((link) => `${path}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it.skipIf('reason' in browser)(
    'opens in a browser without an error',
    async () => {
      if ('reason' in browser) return
      const site = await serveFiles(
        Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`/${path}`, bytes])),
      )
      const profile = await mkdtemp(join(tmpdir(), 'profile-'))
      const context = await browser.open(profile)
      try {
        const errors: string[] = []
        const page = await context.newPage()
        page.on('console', (message) => {
          if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`)
        })
        page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
        page.on('response', (response) => {
          if (response.status() >= 400) errors.push(`${page.url()}: ${response.url()}: ${response.status()}`)
        })
        const shown = [...pages.keys()].filter((path) => /^(index|documents|modules)/.test(path))
        for (const path of shown) {
          await page.goto(new URL(path, site.url).href)
          expect(await page.locator('h1').first().textContent()).not.toBe('')
        }
        expect(errors).toEqual([])
      } finally {
        await context.close()
        await site.close()
        await rm(profile, { recursive: true, force: true })
      }
    },
    300_000,
  )

  function isThere(path: string, link: string): boolean {
    const [target = '', anchor = ''] = link.split('#')
    const place = target === '' ? path : posix.join(posix.dirname(path), decodeURI(target))
    const wanted = place.endsWith('/') ? posix.join(place, 'index.html') : place
    if (files[wanted] === undefined) return false
    const html = pages.get(wanted)
    return anchor === '' || html === undefined || html.includes(`id="${decodeURIComponent(anchor)}"`)
  }
})

async function build(out: string): Promise<void> {
  const child = spawn(process.execPath, [typedoc, '--out', out], { cwd: root })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text
    })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`typedoc ended with ${code}:\n${output}`)
}

async function read(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files: Record<string, Uint8Array> = {}
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath, entry.name)
    files[relative(folder, path)] = await readFile(path)
  }
  return files
}

/** To other parts of the site. */
function linksOf(html: string): string[] {
  const links = [...html.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  )
  return links.filter((link) => !/^[a-z]+:/.test(link))
}

function titleOf(html: string): string {
  return /<title>(.*?)<\/title>/.exec(html)?.[1] ?? ''
}
