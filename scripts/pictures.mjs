// `npm run pictures`: trains the digits of `npm start` and takes the README's pictures of the terminal and of the report.
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run } from './lib/run.mjs'
import { setUp } from './setup.mjs'

const folder = join(root, 'docs/pictures')
/** Of the terminal; so many lines of the log are shown from its beginning and from its end. */
const [first, last] = [5, 26]

await setUp()
const executablePath = findChromium()
const { chromium } = createRequire(join(root, 'tests/browser-peer/package.json'))('playwright-core')
const home = mkdtempSync(join(tmpdir(), 'pictures-'))
const workDir = join(home, 'work_dirs/digits')
try {
  const { code, output } = await run(['npm', 'start', '--silent', '--', '--work-dir', workDir])
  if (code !== 0) throw new Error(`npm start ended with ${code}:\n${output}`)
  mkdirSync(folder, { recursive: true })
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 400 }, deviceScaleFactor: 2 })
  await page.setContent(terminalPage(withoutFolder(output, home)))
  await page.locator('pre').screenshot({ path: join(folder, 'terminal.png') })
  await page.setViewportSize({ width: 1180, height: 860 })
  await page.goto(pathToFileURL(join(workDir, 'report.html')).href)
  await page.screenshot({ path: join(folder, 'report.png') })
  await browser.close()
  process.stdout.write(`docs/pictures: terminal.png, report.png\n`)
} finally {
  rmSync(home, { recursive: true, force: true })
}

/** Paths as they are in the user's folder. @param {string} output @param {string} folder */
function withoutFolder(output, folder) {
  return output.replaceAll(`${relative(root, folder)}/`, '').replaceAll(`${folder}/`, '')
}

/** @param {string} output of the run */
function terminalPage(output) {
  const log = output.trimEnd().split('\n')
  const begin = log.filter((line) => / - (engine|compiled|seed)|Epoch\(train\)/.test(line)).slice(0, first)
  const lines = ['$ npm start', ...begin, '…', ...log.slice(-last)]
  const text = lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')).join('\n')
  const style =
    'background: #1e2127; color: #d7dae0; font: 12.5px/1.5 "DejaVu Sans Mono", monospace; padding: 16px; margin: 0'
  return `<!doctype html><meta charset="utf-8"><pre style='${style}; white-space: pre-wrap; border-radius: 8px'>${text}</pre>`
}

/** @returns {string} */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  const paths = (process.env.PATH ?? '').split(delimiter)
  const candidates = [
    process.env.HOOKLOOP_CHROMIUM ?? [],
    paths.flatMap((path) => names.map((name) => join(path, name))),
  ]
  const found = candidates.flat().find(isExecutable)
  if (found === undefined) throw new Error(`there is no Chromium: none of ${names.join(', ')} is on the PATH`)
  return found
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
