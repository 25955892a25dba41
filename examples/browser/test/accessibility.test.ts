import { fileURLToPath } from 'node:url'
import type { Page } from '@hookloop-tests/browser-peer'
import { describe, expect, it } from 'vitest'
import { noBrowser, patience, says, siteForTests } from './digit-page.js'

const site = siteForTests()
const axePath = fileURLToPath(import.meta.resolve('axe-core'))

/** Waits until no color is on its way to another: contrast in the middle of a transition says nothing. */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let moving = document.getAnimations(); moving.length > 0; moving = document.getAnimations()) {
      await Promise.allSettled(moving.map(({ finished }) => finished))
    }
  })
}

/** What axe finds wrong with a page at rest, as `rule: selector`. */
async function violationsOf(page: Page): Promise<string[]> {
  await atRest(page)
  await page.addScriptTag({ path: axePath })
  return page.evaluate(async () => {
    const axe: unknown = Reflect.get(window, 'axe')
    if (!isAxe(axe)) throw new Error('axe did not load')
    const { violations } = await axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))

    function isAxe(value: unknown): value is Pick<typeof import('axe-core'), 'run'> {
      return typeof value === 'object' && value !== null && 'run' in value
    }
  })
}

/** The pixels of an element differ, so that it says something. */
async function hasContrast(page: Page, selector: string): Promise<boolean> {
  const picture = await page.locator(selector).first().screenshot()
  return page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data } = context?.getImageData(0, 0, image.width, image.height) ?? { data: [] }
    const colors = new Set<string>()
    for (let at = 0; at < data.length; at += 4) colors.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`)
    return colors.size > 2
  }, picture.toString('base64'))
}

describe.skipIf(noBrowser !== undefined)(
  `the page for everybody${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  { timeout: 2 * patience },
  () => {
    it('has nothing that axe finds wrong, in light and dark colors', async () => {
      const page = await site().open('epochs=1')
      await page.locator('.log summary').click()
      await page.locator('#primary').click()
      await says(page, 'Finished after 25 iterations')
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violationsOf(page)).toEqual([])
      }
      // Where the user forces colors, backgrounds go, and bars must be drawn by other means.
      await page.emulateMedia({ forcedColors: 'active' })
      expect(await hasContrast(page, '#progress')).toBe(true)
      expect(await hasContrast(page, '.digit-sure')).toBe(true)
    })
  },
)
