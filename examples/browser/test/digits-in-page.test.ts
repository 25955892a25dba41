import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeCheckpoint, disposeTensors, type Runner } from '@hookloop/core'
import { useWasm } from '@hookloop/wasm'
import { digitRunner } from '@hookloop-examples/mnist/digit-runner'
import { type BrowserContext, findBrowser, type Page } from '@hookloop-tests/browser-peer'
import '@tensorflow/tfjs'
import { type PreviewServer, preview } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { digitsOfNode } from './digits-of-node.js'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Milliseconds for what takes some seconds where nothing else runs. */
const patience = 150_000
/** 25 iterations an epoch. */
const examples = 1600
const itersPerEpoch = 25

const browser = await findBrowser()
const reason = 'reason' in browser ? browser.reason : undefined

let folder: string
let server: PreviewServer
let context: BrowserContext
/** What a page must not have: errors and warnings on its console, errors that nobody caught. */
const complaints: string[] = []

beforeAll(async () => {
  if ('reason' in browser) return
  if (!existsSync(join(root, 'dist', 'index.html')))
    throw new Error('the page is not built: nx build @hookloop-examples/browser')
  folder = await mkdtemp(join(tmpdir(), 'digits-in-page-'))
  server = await preview({ root, preview: { port: 0, host: '127.0.0.1' }, logLevel: 'error' })
  context = await browser.open(join(folder, 'profile'))
  context.setDefaultTimeout(patience)
  await useWasm()
})
afterAll(async () => {
  if (reason !== undefined) return
  await context.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

// A page that a failed test has left open would keep the next one waiting.
afterEach(async () => {
  if (reason === undefined) await Promise.all(context.pages().map((page) => page.close()))
})

async function openPage(epochs: number): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const [url = ''] = server.resolvedUrls?.local ?? []
  await page.goto(`${url}?epochs=${epochs}&examples=${examples}&engine=wasm`)
  await page.locator('#primary:enabled').waitFor()
  return page
}

/** Iterations that the page says are done. */
async function waitForIteration(page: Page, least: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number.parseInt(document.querySelector('#fact-iteration')?.textContent ?? '0', 10) >= least,
    least,
  )
}

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
  await page.close()
}

function status(page: Page): Promise<string | null> {
  return page.locator('#status').textContent()
}

async function download(page: Page): Promise<{ readonly name: string; readonly path: string }> {
  const started = page.waitForEvent('download')
  await page.locator('#save').click()
  const file = await started
  const path = join(folder, file.suggestedFilename())
  await file.saveAs(path)
  return { name: file.suggestedFilename(), path }
}

/** All losses that a checkpoint remembers. */
async function lossesIn(path: string): Promise<number[]> {
  const { messageHub, ...others } = await decodeCheckpoint(await readFile(path), path)
  disposeTensors(others)
  const values: unknown = Reflect.get(
    Object(Reflect.get(Object(messageHub?.logScalars), 'train/loss')),
    'values',
  )
  return values instanceof Float64Array ? [...values] : []
}

/** One more epoch on Node, on from a checkpoint of the page. */
async function trainOnNode(workDir: string, epochs: number): Promise<Runner> {
  const { runner } = digitRunner(
    await digitsOfNode(examples),
    { epochs, resume: true, seed: 42, workDir },
    { console: false },
  )
  await runner.train()
  return runner
}

describe.skipIf(reason !== undefined)(
  `the page${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 2 * patience },
  () => {
    it('trains two epochs, is killed in the second, and goes on from the checkpoint of the first', async () => {
      const killed = await openPage(2)
      expect(await status(killed)).toContain('Nothing learned yet')
      await killed.locator('#primary').click()
      await waitForIteration(killed, itersPerEpoch + 1)
      await crash(killed)

      const page = await openPage(2)
      expect(await status(page)).toBe('Saved after 25 iterations, in epoch 2 of 2.')
      const lossChart = page.locator('#chart-loss [role=img]')
      expect(await lossChart.getAttribute('aria-label')).toContain('after 25 iterations')
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await page.locator('#status', { hasText: 'Finished after 50 iterations' }).waitFor()
      expect(await lossChart.getAttribute('aria-label')).toContain('after 50 iterations')
      expect(await page.locator('#fact-accuracy').textContent()).toMatch(/^\d+\.\d %$/)
      expect(await page.locator('#seen-count').textContent()).toMatch(/^\d+ of 60 right$/)
      const log = (await page.locator('#log').textContent()) ?? ''
      expect(log).toContain('resumed from /work_dirs/mnist/epoch_1.safetensors: epoch 1, iteration 25')
      expect(log).toContain('Epoch(train) [2]')
      expect(log).not.toContain('Epoch(train) [1]')
    })

    it('pauses between two iterations, survives a reload, and goes on with the next one', async () => {
      const page = await openPage(4)
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await waitForIteration(page, 2 * itersPerEpoch + 3)
      await page.locator('#primary', { hasText: 'Pause' }).click()
      await page.locator('#status', { hasText: 'Saved after' }).waitFor()
      const saved = await status(page)
      await page.reload()
      await page.locator('#primary:enabled', { hasText: 'Continue' }).waitFor()
      expect(await status(page)).toBe(saved)
      expect(await page.locator('#seen-count').textContent()).toMatch(/^\d+ of 60 right$/)
      await page.locator('#primary').click()
      await page.locator('#secondary', { hasText: 'Finish early' }).click()
      await page.locator('#status', { hasText: 'Finished after 75 iterations' }).waitFor()
    })

    it('gives a checkpoint that Node goes on from, and goes on from that of Node', async () => {
      const page = await openPage(5)
      const { name, path } = await download(page)
      expect(name).toBe('epoch_3.safetensors')
      const workDir = join(folder, 'work_dir')
      const ofPage = await lossesIn(path)
      expect(ofPage).toHaveLength(75)
      await mkdir(workDir)
      await writeFile(join(workDir, name), await readFile(path))
      await writeFile(join(workDir, 'last_checkpoint'), name)

      const runner = await trainOnNode(workDir, 4)
      expect([runner.epoch, runner.iter]).toEqual([4, 100])
      runner.dispose()
      const ofNode = join(workDir, 'epoch_4.safetensors')
      const losses = await lossesIn(ofNode)
      expect(losses).toHaveLength(100)
      expect(losses.slice(0, 75)).toEqual(ofPage)

      await page.locator('#file').setInputFiles(ofNode)
      await page.locator('#status', { hasText: 'Saved after 100 iterations, in epoch 5 of 5.' }).waitFor()
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await page.locator('#status', { hasText: 'Finished after 125 iterations' }).waitFor()
      const back = await download(page)
      expect((await lossesIn(back.path)).slice(0, 100)).toEqual(losses)
    })

    it('says what is wrong with a file or an address, and goes on', async () => {
      const page = await openPage(5)
      await page
        .locator('#file')
        .setInputFiles({ name: 'x.safetensors', mimeType: '', buffer: Buffer.from('nonsense') })
      await page.locator('#alert', { hasText: 'HL_CHECKPOINT_DAMAGED' }).waitFor()
      expect(await status(page)).toContain('Finished after 125 iterations')
      await page.goto(`${server.resolvedUrls?.local[0]}?epochs=many`)
      await page.locator('#alert', { hasText: '?epochs=many: epochs must be a whole number' }).waitFor()
    })

    it('lets a second tab wait until the first one is closed', async () => {
      const first = await openPage(5)
      const second = await context.newPage()
      await second.goto(first.url())
      await second.locator('#status', { hasText: 'Another tab trains' }).waitFor()
      expect(await second.locator('#primary').isDisabled()).toBe(true)
      await first.close()
      await second.locator('#primary:enabled').waitFor()
    })

    it('trains without private files, and says that a reload forgets everything', async () => {
      await context.route('**/assets/worker-*.js', async (route) => {
        const response = await route.fetch()
        const body = `Reflect.deleteProperty(StorageManager.prototype, 'getDirectory');${await response.text()}`
        await route.fulfill({ response, body })
      })
      const page = await openPage(1)
      expect(await page.locator('#keep-note').textContent()).toMatch(
        /reload forgets everything.*HL_STORAGE_UNAVAILABLE/,
      )
      await page.locator('#primary', { hasText: 'Train' }).click()
      await page.locator('#status', { hasText: 'Finished after 25 iterations' }).waitFor()
      expect((await download(page)).name).toBe('epoch_1.safetensors')
    })

    it('complained about nothing on its console', () => {
      expect(complaints).toEqual([])
    })
  },
)
