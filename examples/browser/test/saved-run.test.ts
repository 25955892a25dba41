import { readFile } from 'node:fs/promises'
import type { Page } from '@hookloop-tests/browser-peer'
import { describe, expect, it } from 'vitest'
import {
  lossesIn,
  noBrowser,
  patience,
  ready,
  says,
  siteForTests,
  textOf,
  waitForIteration,
} from './digit-page.js'

const site = siteForTests()

/** Names of what lies in the work dir; folders end with a slash. */
function namesIn(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await (await root.getDirectoryHandle('work_dirs')).getDirectoryHandle('mnist')
    const names: string[] = []
    for await (const [name, { kind }] of folder.entries()) names.push(kind === 'file' ? name : `${name}/`)
    return names.sort()
  })
}

async function checkpointsIn(page: Page): Promise<string[]> {
  return (await namesIn(page)).filter((name) => name.endsWith('.safetensors'))
}

/** Writes text over the beginning of a file of the work dir. */
function overwrite(page: Page, name: string, text: string): Promise<void> {
  return page.evaluate(
    async ([name, text]) => {
      const root = await navigator.storage.getDirectory()
      const folder = await (await root.getDirectoryHandle('work_dirs')).getDirectoryHandle('mnist')
      const file = await (await folder.getFileHandle(name)).createWritable()
      await file.write(text)
      await file.close()
    },
    [name, text] as const,
  )
}

/** @param bytes undefined gives the browser's own quota back */
async function setQuota(page: Page, bytes?: number): Promise<void> {
  const session = await site().context.newCDPSession(page)
  const origin = new URL(page.url()).origin
  await session.send(
    'Storage.overrideQuotaForOrigin',
    bytes === undefined ? { origin } : { origin, quotaSize: bytes },
  )
}

async function reload(page: Page): Promise<void> {
  await page.reload()
  await ready(page)
}

describe.skipIf(noBrowser !== undefined)(
  `the saved run of the page${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  { timeout: 2 * patience },
  () => {
    let copy: { readonly name: string; readonly path: string }

    it('gives the present state as a file, in the first epoch too', async () => {
      const page = await site().open('epochs=4')
      await page.locator('#primary').click()
      await waitForIteration(page, 3)
      copy = await site().download(page)
      const iters = Number(/^iter_(\d+)\.safetensors$/.exec(copy.name)?.[1])
      expect(iters).toBeGreaterThanOrEqual(3)
      expect(await lossesIn(copy.path)).toHaveLength(iters)
      // The first epoch is over, with its validation.
      await waitForIteration(page, 26)
      await page.locator('#secondary', { hasText: 'Finish early' }).click()
      await says(page, /^Finished early after 50 iterations/)
    })

    it('goes on from the newest checkpoint that can be read, and says so', async () => {
      const page = await site().open('epochs=4')
      expect(await checkpointsIn(page)).toEqual(
        expect.arrayContaining(['epoch_1.safetensors', 'epoch_2.safetensors']),
      )
      await overwrite(page, 'last_checkpoint', 'epoch_9.safetensors')
      await reload(page)
      expect(await textOf(page, '#status')).toMatch(/^Finished early after 50 iterations/)
      expect(await textOf(page, '#alert')).toMatch(/epoch_9.*from epoch_2\.safetensors, the newest/)

      await overwrite(page, 'last_checkpoint', 'epoch_2.safetensors')
      await overwrite(page, 'epoch_2.safetensors', 'damage')
      await reload(page)
      expect(await textOf(page, '#status')).toBe('Saved after 25 iterations, in epoch 2 of 4.')
      expect(await textOf(page, '#alert')).toMatch(/epoch_2.*damaged.*from epoch_1\.safetensors, the newest/)
      await page.locator('#primary', { hasText: 'Continue' }).click()
      expect(await page.locator('#alert').isHidden()).toBe(true)
      await waitForIteration(page, 27)
      expect(await textOf(page, '#log')).toContain('resumed from /work_dirs/mnist/epoch_1.safetensors')
      await page.locator('#primary', { hasText: 'Pause' }).click()
      await says(page, 'Saved after')
    })

    it('keeps what is saved while there is no room for the file that is opened', async () => {
      const page = await site().open('epochs=4')
      const [before, status] = [await namesIn(page), await textOf(page, '#status')]
      await setQuota(page, 300_000)
      await page.locator('#file').setInputFiles(copy.path)
      await page.locator('#alert', { hasText: 'no room' }).waitFor()
      expect(site().questions.at(-1)).toContain('takes the place of the run that is here')
      await setQuota(page)
      await reload(page)
      expect(await textOf(page, '#status')).toBe(status)
      expect(await namesIn(page)).toEqual(before)
    })

    it('puts a file in the place of all others, whatever its name, once it is read and there', async () => {
      const page = await site().open('epochs=4')
      const nonsense = { name: 'x.safetensors', mimeType: '', buffer: Buffer.from('nonsense') }
      const status = await textOf(page, '#status')
      await page.locator('#file').setInputFiles(nonsense)
      await page.locator('#alert', { hasText: 'HL_CHECKPOINT_DAMAGED' }).waitFor()
      expect(await textOf(page, '#status')).toBe(status)
      const buffer = await readFile(copy.path)
      await page.locator('#file').setInputFiles({ name: 'last_checkpoint', mimeType: '', buffer })
      const iters = Number(/\d+/.exec(copy.name)?.[0])
      await says(page, `Saved after ${iters} iterations, in epoch 1 of 4.`)
      expect(await page.locator('#alert').isHidden()).toBe(true)
      expect(await namesIn(page)).toEqual(['last_checkpoint', 'opened.safetensors'])
    })

    it('counts what is done and what is left when the address has other numbers', async () => {
      const page = await site().open('epochs=3&examples=640')
      expect(await textOf(page, '.lead')).toMatch(/^\s*640 handwritten digits/)
      const iters = Number(/\d+/.exec(copy.name)?.[0])
      // Epochs have 10 iterations now, the one that is under way no fewer than it has already.
      const all = Math.max(iters, 10) + 20
      expect(await textOf(page, '#fact-iteration')).toBe(`${iters} of ${all}`)
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await says(page, `Finished after ${all} iterations.`)
      expect(await textOf(page, '#fact-iteration')).toBe(`${all} of ${all}`)
      const log = await textOf(page, '#log')
      expect(log).toMatch(/CosineAnnealingLR was resumed with another setting/)
      expect(log).toMatch(/\(LOWEST {6}\) PageHook/)
    })

    it('hands over what could not be saved, and saves it once there is room', async () => {
      const page = await site().open('epochs=2')
      await page.locator('#primary', { hasText: 'Train again' }).click()
      await says(page, 'Training')
      expect((await namesIn(page)).filter((name) => name.endsWith('/'))).toHaveLength(1)
      await setQuota(page, 300_000)
      await says(page, /^Stopped after 25 iterations, which are not saved/)
      expect(await textOf(page, '#alert')).toContain('no room')
      expect(await lossesIn((await site().download(page)).path)).toHaveLength(25)
      site().says = 'no'
      await page.locator('#secondary', { hasText: 'Start over' }).click()
      expect(site().questions.at(-1)).toContain('lost')
      await setQuota(page)
      await page.locator('#primary', { hasText: 'Save again' }).click()
      await says(page, 'Saved after 25 iterations, in epoch 2 of 2.')
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await says(page, 'Finished after 50 iterations.')
    })

    it('asks before it removes files that it cannot read', async () => {
      const page = await site().open('epochs=2')
      const names = await checkpointsIn(page)
      for (const name of names) await overwrite(page, name, 'damage')
      await reload(page)
      expect(await textOf(page, '#status')).toBe('What an earlier run saved cannot be read.')
      site().says = 'no'
      await page.locator('#primary', { hasText: 'Start over' }).click()
      expect(site().questions.at(-1)).toContain('Start over?')
      expect(await checkpointsIn(page)).toEqual(names)
      site().says = 'yes'
      await page.locator('#primary').click()
      await says(page, 'Training')
    })

    it('complained about nothing on its console', () => {
      expect(site().complaints).toEqual([])
    })
  },
)
