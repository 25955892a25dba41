import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type BrowserContext,
  bundleForBrowser,
  findBrowser,
  type Page,
  serveFiles,
  type Worker,
} from '@hookloop-tests/browser-peer'

const page = `<!doctype html><meta charset="utf-8"><title>storage</title><link rel="icon" href="data:,">
<script type="module" src="/in-page.js"></script>
<script type="module">globalThis.worker = new Worker('/in-page.js', { type: 'module' })</script>`

/** A tab of the site, its window and its worker, both of which know `inPage`. */
export interface Tab {
  readonly window: Page
  readonly worker: Worker
}

/** Tabs of one site with empty private files. */
export interface Tabs {
  readonly context: BrowserContext
  open(): Promise<Tab>
  close(): Promise<void>
}

/**
 * @param preferences of the browser's profile, such as those that block cookies
 * @returns why there are no tabs where no browser is found
 */
export async function openTabs(preferences: object = {}): Promise<Tabs | { readonly reason: string }> {
  const browser = await findBrowser()
  if ('reason' in browser) return browser
  const { code } = await bundleForBrowser(fileURLToPath(new URL('in-page.ts', import.meta.url)))
  const site = await serveFiles({ '/': page, '/in-page.js': code })
  const profile = await mkdtemp(join(tmpdir(), 'profile-'))
  await mkdir(join(profile, 'Default'))
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  const context = await browser.open(profile)
  return {
    context,
    async open() {
      const window = await context.newPage()
      const started = window.waitForEvent('worker')
      await window.goto(site.url)
      const worker = await started
      await window.waitForFunction(() => 'inPage' in globalThis)
      while (!(await worker.evaluate(() => 'inPage' in globalThis)));
      return { window, worker }
    },
    async close() {
      await context.close()
      await site.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
