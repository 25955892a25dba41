import type { Page } from '@hookloop-tests/browser-peer'
import { describe, expect, it } from 'vitest'
import type { ToWorker } from '../src/messages.js'
import { noBrowser, patience, ready, says, siteForTests, textOf, waitForIteration } from './digit-page.js'

const site = siteForTests()

/** Lets a test send what the page's buttons send, at any time. */
async function openWithWorker(query: string): Promise<Page> {
  await site().context.addInitScript(() => {
    const Plain = Worker
    window.Worker = class extends Plain {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        Reflect.set(window, 'digitWorker', this)
      }
    }
  })
  return site().open(query)
}

function send(page: Page, ...messages: ToWorker[]): Promise<void> {
  return page.evaluate((messages) => {
    const worker: unknown = Reflect.get(window, 'digitWorker')
    for (const message of messages) if (worker instanceof Worker) worker.postMessage(message)
  }, messages)
}

async function runsIn(page: Page): Promise<number> {
  return (await textOf(page, '#log')).split('engine: ').length - 1
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id)
}

describe.skipIf(noBrowser !== undefined)(
  `the phases of a run${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  { timeout: 2 * patience },
  () => {
    it('starts one run, however often one asks, and pauses that', async () => {
      const page = await openWithWorker('epochs=3')
      await page.locator('#primary').dblclick()
      await send(page, { type: 'train', fresh: true }, { type: 'train', fresh: false })
      await waitForIteration(page, 2)
      expect(await runsIn(page)).toBe(1)
      expect(await textOf(page, '#log')).not.toContain('trains into')
      await page.locator('#primary', { hasText: 'Pause' }).press('Enter')
      await says(page, 'Saved after')
      expect(await focused(page)).toBe('primary')
      await page.locator('#primary').dblclick()
      await says(page, 'Training')
      expect(await runsIn(page)).toBe(2)
      expect((await textOf(page, '#log')).split('Hooks will be executed')).toHaveLength(2)
    })

    it('asks before the tab is closed while it trains, and keeps the focus where a button goes', async () => {
      const page = await openWithWorker('epochs=3')
      await page.locator('#primary').click()
      await says(page, 'Training')
      site().says = 'no'
      await page.close({ runBeforeUnload: true })
      await expect.poll(() => site().questions.at(-1)).toBe('beforeunload')
      site().says = 'yes'
      await page.locator('#secondary', { hasText: 'Finish early' }).press('Enter')
      await says(page, /^Finished early after \d+ iterations, with \d of 3 epochs\.$/)
      expect(await focused(page)).toBe('primary')
    })

    it('shows an early end after a reload as it was: epochs, accuracy of the test, digits', async () => {
      const page = await site().open('epochs=3')
      const shown = async () => {
        const facts = ['#status', '#fact-epoch', '#fact-iteration', '#fact-accuracy-name', '#fact-accuracy']
        const texts = await Promise.all(facts.map((fact) => textOf(page, fact)))
        const digits = page.locator('#digits [role=img]')
        return [...texts, ...(await digits.evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel)))]
      }
      await page.locator('#secondary', { hasText: 'Start over' }).click()
      await says(page, 'Training')
      await page.locator('#secondary', { hasText: 'Finish early' }).click()
      await says(page, 'Finished early after 25 iterations, with 1 of 3 epochs.')
      const before = await shown()
      expect(before.slice(1, 4)).toEqual(['1 of 3', '25 of 75', 'Test accuracy'])
      await page.reload()
      await ready(page)
      expect(await shown()).toEqual(before)
    })

    it('leaves a pause that comes too late alone', async () => {
      const page = await openWithWorker('epochs=1')
      await page.evaluate(() => {
        const worker: unknown = Reflect.get(window, 'digitWorker')
        if (!(worker instanceof Worker)) return
        worker.addEventListener('message', ({ data }) => {
          if (data.phase === 'testing') worker.postMessage({ type: 'pause' })
        })
      })
      expect(await textOf(page, '#status')).toContain('Finished after 25 iterations')
      await page.locator('#primary', { hasText: 'Train again' }).click()
      expect(site().questions.at(-1)).toContain('Train again?')
      await says(page, 'Finished after 25 iterations.')
      await send(page, { type: 'pause' }, { type: 'stopEarly' }, { type: 'save' })
      await page.waitForEvent('download')
      expect(await textOf(page, '#status')).toBe('Finished after 25 iterations.')
      site().says = 'no'
      await page.locator('#primary', { hasText: 'Train again' }).click()
      expect(await textOf(page, '#status')).toBe('Finished after 25 iterations.')
    })

    it('complained about nothing on its console', () => {
      expect(site().complaints).toEqual([])
    })
  },
)
