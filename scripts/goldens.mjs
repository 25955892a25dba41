// `npm run goldens`: the golden files alone; HOOKLOOP_GOLDENS names another folder of them.
import { resolve } from 'node:path'
import { playGoldens } from './lib/play-goldens.mjs'
import { closingLine, summarize } from './lib/test-summary.mjs'
import { setUp } from './setup.mjs'

await setUp()
const folder = process.env.HOOKLOOP_GOLDENS
const summary = summarize(
  await playGoldens(folder === undefined ? undefined : resolve(folder), { show: true }),
)
process.stdout.write(`${closingLine(summary, true)}\n`)
process.exitCode = summary.failed > 0 ? 1 : 0
