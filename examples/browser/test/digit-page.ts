import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeCheckpoint, disposeTensors } from '@hookloop/core'
import { useWasm } from '@hookloop/wasm'
import { type BrowserContext, findBrowser, type Page } from '@hookloop-tests/browser-peer'
import '@tensorflow/tfjs'
import { type PreviewServer, preview } from 'vite'
import { afterAll, afterEach, beforeAll } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Milliseconds for what takes some seconds where nothing else runs. */
export const patience = 150_000
/** Digits in the address of {@link DigitSite.open}: 25 iterations an epoch. */
export const examples = 1600
export const itersPerEpoch = 25

const browser = await findBrowser()
/** Why no page can be opened; undefined where it can. */
export const noBrowser = 'reason' in browser ? browser.reason : undefined

/** The built page on a server, and a browser profile of its own. */
export class DigitSite {
  /** What a page must not have: errors and warnings on its console, errors that nobody caught. */
  readonly complaints: string[] = []
  /** What the page asked the user. */
  readonly questions: string[] = []
  /** What the user answers. */
  says: 'yes' | 'no' = 'yes'
  private constructor(
    readonly folder: string,
    readonly context: BrowserContext,
    private readonly server: PreviewServer,
  ) {}

  /** @param prepare gets the folder of the profile before the browser starts */
  static async start(prepare?: (profile: string) => Promise<void>): Promise<DigitSite> {
    if ('reason' in browser) throw new Error(browser.reason)
    if (!existsSync(join(root, 'dist', 'index.html')))
      throw new Error('the page is not built: nx build @hookloop-examples/browser')
    const folder = await mkdtemp(join(tmpdir(), 'digits-in-page-'))
    const profile = join(folder, 'profile')
    await prepare?.(profile)
    const server = await preview({ root, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'error' })
    const context = await browser.open(profile)
    context.setDefaultTimeout(patience)
    await useWasm()
    return new DigitSite(folder, context, server)
  }

  async stop(): Promise<void> {
    await this.context.close()
    await this.server.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** @param query wins over the number of digits and the engine that tests have */
  url(query: string): string {
    const usual = { examples: String(examples), engine: 'wasm' }
    const all = new URLSearchParams({ ...usual, ...Object.fromEntries(new URLSearchParams(query)) })
    return `${this.server.resolvedUrls?.local[0]}?${all}`
  }

  /** A page of which nothing is awaited yet. */
  async visit(query: string): Promise<Page> {
    const page = await this.context.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('dialog', async (dialog) => {
      this.questions.push(dialog.message() || dialog.type())
      await (this.says === 'yes' ? dialog.accept() : dialog.dismiss())
    })
    await page.goto(this.url(query))
    return page
  }

  async open(query: string): Promise<Page> {
    const page = await this.visit(query)
    await ready(page)
    return page
  }

  async download(page: Page): Promise<{ readonly name: string; readonly path: string }> {
    const started = page.waitForEvent('download')
    await page.locator('#save').click()
    const file = await started
    const path = join(this.folder, file.suggestedFilename())
    await file.saveAs(path)
    return { name: file.suggestedFilename(), path }
  }

  /** Puts code before that of the worker, which takes away what an older browser does not have. */
  async patchWorker(code: string): Promise<() => Promise<void>> {
    const pattern = '**/assets/worker-*.js'
    await this.context.route(pattern, async (route) => {
      const script = await readFile(join(root, 'dist', new URL(route.request().url()).pathname), 'utf8')
      await route.fulfill({ contentType: 'text/javascript', body: `${code};${script}` })
    })
    return () => this.context.unroute(pattern)
  }
}

/** A site for the tests of a file; a page that a failed test has left open would keep the next one waiting. */
export function siteForTests(prepare?: (profile: string) => Promise<void>): () => DigitSite {
  let site: DigitSite | undefined
  beforeAll(async () => {
    if (noBrowser === undefined) site = await DigitSite.start(prepare)
  })
  afterEach(async () => {
    await Promise.all(site?.context.pages().map((page) => page.close()) ?? [])
    if (site !== undefined) site.says = 'yes'
  })
  afterAll(async () => {
    await site?.stop()
  })
  return () => {
    if (site === undefined) throw new Error('no site was started')
    return site
  }
}

export function ready(page: Page): Promise<void> {
  return page.locator('#primary:enabled:not([aria-disabled=true])').waitFor()
}

export async function says(page: Page, status: string | RegExp): Promise<void> {
  await page.locator('#status', { hasText: status }).waitFor()
}

export async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? ''
}

/** Waits until the page says that so many iterations are done. */
export async function waitForIteration(page: Page, least: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number.parseInt(document.querySelector('#fact-iteration')?.textContent ?? '0', 10) >= least,
    least,
  )
}

/** All losses that a checkpoint remembers. */
export async function lossesIn(path: string): Promise<number[]> {
  const { messageHub, ...others } = await decodeCheckpoint(await readFile(path), path)
  disposeTensors(others)
  const values: unknown = Reflect.get(
    Object(Reflect.get(Object(messageHub?.logScalars), 'train/loss')),
    'values',
  )
  return values instanceof Float64Array ? [...values] : []
}
