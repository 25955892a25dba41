import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Runner } from '@hookloop/core'
import { digitRunner } from '@hookloop-examples/mnist/digit-runner'
import type { Page } from '@hookloop-tests/browser-peer'
import { describe, expect, it } from 'vitest'
import {
  examples,
  itersPerEpoch,
  lossesIn,
  noBrowser,
  patience,
  ready,
  says,
  siteForTests,
  textOf,
  waitForIteration,
} from './digit-page.js'
import { digitsOfNode } from './digits-of-node.js'

const site = siteForTests()

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
  await page.close()
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

describe.skipIf(noBrowser !== undefined)(
  `the page${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  { timeout: 2 * patience },
  () => {
    it('trains two epochs, is killed in the second, and goes on from the checkpoint of the first', async () => {
      const killed = await site().open('epochs=2')
      expect(await textOf(killed, '#status')).toContain('Nothing learned yet')
      await killed.locator('#primary').click()
      await waitForIteration(killed, itersPerEpoch + 1)
      await crash(killed)

      const page = await site().open('epochs=2')
      expect(await textOf(page, '#status')).toBe('Saved after 25 iterations, in epoch 2 of 2.')
      const lossChart = page.locator('#chart-loss [role=img]')
      expect(await lossChart.getAttribute('aria-label')).toContain('after 25 iterations')
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await says(page, 'Finished after 50 iterations')
      expect(await lossChart.getAttribute('aria-label')).toContain('after 50 iterations')
      expect(await textOf(page, '#fact-accuracy')).toMatch(/^\d+\.\d %$/)
      expect(await textOf(page, '#seen-count')).toMatch(/^\d+ of 60 right$/)
      const log = await textOf(page, '#log')
      expect(log).toContain('resumed from /work_dirs/mnist/epoch_1.safetensors: epoch 1, iteration 25')
      expect(log).toContain('Epoch(train) [2]')
      expect(log).not.toContain('Epoch(train) [1]')
    })

    it('pauses between two iterations, survives a reload, and goes on with the next one', async () => {
      const page = await site().open('epochs=4')
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await waitForIteration(page, 2 * itersPerEpoch + 3)
      await page.locator('#primary', { hasText: 'Pause' }).click()
      await says(page, 'Saved after')
      const saved = await textOf(page, '#status')
      await page.reload()
      await ready(page)
      expect(await textOf(page, '#status')).toBe(saved)
      expect(await textOf(page, '#seen-count')).toMatch(/^\d+ of 60 right$/)
      await page.locator('#primary').click()
      await page.locator('#secondary', { hasText: 'Finish early' }).click()
      await says(page, 'Finished early after 75 iterations, with 3 of 4 epochs.')
    })

    it('gives a checkpoint that Node goes on from, and goes on from that of Node', async () => {
      const page = await site().open('epochs=5')
      const { name, path } = await site().download(page)
      expect(name).toBe('epoch_3.safetensors')
      const workDir = join(site().folder, 'work_dir')
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
      await says(page, 'Saved after 100 iterations, in epoch 5 of 5.')
      const accuracyChart = page.locator('#chart-accuracy [role=img]')
      expect(await accuracyChart.getAttribute('aria-label')).toContain('after 100 iterations')
      await page.locator('#primary', { hasText: 'Continue' }).click()
      await says(page, 'Finished after 125 iterations')
      expect(await accuracyChart.getAttribute('aria-label')).toContain('after 125 iterations')
      const back = await site().download(page)
      expect((await lossesIn(back.path)).slice(0, 100)).toEqual(losses)
    })

    it('lets a second tab wait until the first one is closed', async () => {
      const first = await site().open('epochs=5')
      const second = await site().visit('epochs=5')
      await says(second, 'Another tab trains')
      expect(await second.locator('#primary').getAttribute('aria-disabled')).toBe('true')
      await first.close()
      await ready(second)
    })

    it('complained about nothing on its console', () => {
      expect(site().complaints).toEqual([])
    })
  },
)
