import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleForBrowser, findBrowser, serveFiles } from '@hookloop-tests/browser-peer'
import { expect, it } from 'vitest'

const page = `<!doctype html><meta charset="utf-8"><title>wasm</title><link rel="icon" href="data:,">
<script type="module" src="/app/assets/main.js"></script>
<script type="module">globalThis.worker = new Worker('/app/assets/main.js', { type: 'module' })</script>`
const file = 'tfjs-backend-wasm-simd.wasm'

it('looks in the folder of the page, in a worker in the one of its script, and says what the server answers', async (context) => {
  const browser = await findBrowser()
  if ('reason' in browser) return context.skip(browser.reason)
  const { code } = await bundleForBrowser(fileURLToPath(new URL('in-page.ts', import.meta.url)))
  const installed = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  const bytes = await readFile(join(installed, file))
  const site = await serveFiles({
    ...{ '/app/': page, '/app/assets/main.js': code },
    ...{ [`/app/${file}`]: bytes, [`/wasm/${file}`]: bytes, [`/page/${file}`]: page },
  })
  const profile = await mkdtemp(join(tmpdir(), 'profile-'))
  const pages = await browser.open(profile)
  try {
    const window = await pages.newPage()
    const started = window.waitForEvent('worker')
    await window.goto(`${site.url}app/`)
    const worker = await started
    await window.waitForFunction(() => 'inPage' in globalThis)
    while (!(await worker.evaluate(() => 'inPage' in globalThis)));

    expect(await window.evaluate(() => inPage.outcomeOf('/nowhere/'))).toContain(
      `${site.url}nowhere/${file} cannot be loaded (the server answers 404 Not Found)`,
    )
    expect(await window.evaluate(() => inPage.outcomeOf('/page'))).toContain(
      `${site.url}page/${file} cannot be loaded (what is there is no WebAssembly)`,
    )
    expect(await window.evaluate(() => inPage.outcomeOf())).toBe('with SIMD')
    expect(await worker.evaluate(() => inPage.outcomeOf())).toContain(`${site.url}app/assets/${file} cannot`)
    expect(await worker.evaluate(() => inPage.outcomeOf(new URL('/wasm/', location.href)))).toBe('with SIMD')
  } finally {
    await pages.close()
    await site.close()
    await rm(profile, { recursive: true, force: true })
  }
})
