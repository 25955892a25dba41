import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { describe, expect, it } from 'vitest'
import { noBrowser, patience, ready, siteForTests } from './digit-page.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const site = siteForTests()

describe.skipIf(noBrowser !== undefined)(
  `the server for development${noBrowser === undefined ? '' : ` (${noBrowser})`}`,
  { timeout: 2 * patience },
  () => {
    it('has all packages ready at the first visit, so that nothing is loaded twice', async () => {
      const cacheDir = join(site().folder, 'vite')
      const server = await createServer({
        root,
        cacheDir,
        logLevel: 'error',
        server: { port: 0, host: '127.0.0.1' },
      })
      try {
        await server.listen()
        const page = await site().context.newPage()
        let loads = 0
        page.on('load', () => {
          loads += 1
        })
        await page.goto(server.resolvedUrls?.local[0] ?? '')
        await ready(page)
        expect(loads).toBe(1)
      } finally {
        await server.close()
      }
    })
  },
)
