import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noBrowser, patience, says, siteForTests, textOf, waitForIteration } from './digit-page.js'

const why = noBrowser === undefined ? '' : ` (${noBrowser})`

describe.skipIf(noBrowser !== undefined)(
  `a browser that blocks cookies${why}`,
  { timeout: 2 * patience },
  () => {
    const site = siteForTests(async (profile) => {
      const settings = { profile: { default_content_setting_values: { cookies: 2 } } }
      await mkdir(join(profile, 'Default'), { recursive: true })
      await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings))
    })

    it('trains without files and locks, and promises nothing that it cannot keep', async () => {
      const page = await site().open('epochs=1')
      expect(await textOf(page, '#notice')).toContain('A reload forgets everything')
      expect(await textOf(page, '#promise')).not.toContain('come back tomorrow')
      expect(await textOf(page, '#log')).toContain('HL_STORAGE_UNAVAILABLE')
      await page.locator('#primary', { hasText: 'Train' }).click()
      await says(page, 'Finished after 25 iterations')
      expect((await site().download(page)).name).toBe('epoch_1.safetensors')
      site().says = 'no'
      await page.close({ runBeforeUnload: true })
      await expect.poll(() => site().questions.at(-1)).toBe('beforeunload')
      expect(site().complaints).toEqual([])
    })
  },
)

describe.skipIf(noBrowser !== undefined)(
  `an odd address or an old browser${why}`,
  { timeout: 2 * patience },
  () => {
    const site = siteForTests()

    it('hears what is wrong with its address, and trains all the same', async () => {
      const page = await site().open('epochs=many&examples=0')
      expect(await textOf(page, '#alert')).toContain('?epochs=many: epochs must be a whole number')
      expect(await textOf(page, '#status')).toContain('Ready')
    })

    it('gets the best engine in the place of one that is not there', async () => {
      const unpatch = await site().patchWorker('delete WorkerNavigator.prototype.gpu')
      const page = await site().open('engine=webgpu')
      expect(await textOf(page, '#alert')).toMatch(/WebGPU cannot be started.*WebAssembly.* takes its place/)
      expect(await page.locator('#engine-select').inputValue()).toBe('auto')
      await unpatch()
      // Choosing alone does not leave the page: keys go through all choices.
      await page.locator('#engine-select').selectOption('wasm')
      expect(page.url()).toContain('engine=webgpu')
      await page.locator('#engine-use').click()
      await page.waitForURL(/engine=wasm/)
    })

    it('is told that it is too old', async () => {
      const unpatch = await site().patchWorker('delete self.DecompressionStream')
      const page = await site().visit('')
      await says(page, 'Training cannot start here')
      expect(await textOf(page, '#alert')).toContain('too old')
      expect(await textOf(page, '#engine-name')).toBe('No engine')
      await unpatch()
      await page.locator('#primary', { hasText: 'Reload' }).click()
      await says(page, 'Ready')
    })

    it('computes with software WebGL where WebAssembly is switched off', async () => {
      const unpatch = await site().patchWorker('delete self.WebAssembly')
      const page = await site().open('engine=auto')
      expect(await textOf(page, '#engine-name')).toContain('WebGL')
      expect(await textOf(page, '#engine-reason')).toContain('many times slower')
      await page.locator('#primary').click()
      await waitForIteration(page, 1)
      await unpatch()
    })

    it('complained about nothing on its console', () => {
      expect(site().complaints).toEqual([])
    })

    it('says so when the script of the training does not come', async () => {
      await site().context.route('**/assets/worker-*.js', (route) => route.fulfill({ status: 404 }))
      const page = await site().visit('')
      await says(page, 'Training cannot start here')
      expect(await textOf(page, '#alert')).toContain('could not be loaded')
    })
  },
)
