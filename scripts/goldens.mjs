// `npm run goldens`: the golden files alone; HOOKLOOP_GOLDENS names another folder of them.
import { resolve } from 'node:path'
import { readReports, removeReports } from './lib/reports.mjs'
import { pnpm, run } from './lib/run.mjs'
import { closingLine, summarize } from './lib/test-summary.mjs'
import { setUp } from './setup.mjs'

await setUp()
const project = 'tests/goldens'
removeReports([project])
const folder = process.env.HOOKLOOP_GOLDENS
const env = folder === undefined ? {} : { HOOKLOOP_GOLDENS: resolve(folder) }
const vitest = ['exec', 'vitest', 'run', '--config', '../../vitest.config.ts', 'src/goldens.test.ts']
await run([...pnpm, '--dir', project, ...vitest], { show: true, env })
const summary = summarize(readReports([project]))
process.stdout.write(`${closingLine(summary, true)}\n`)
process.exitCode = summary.failed > 0 ? 1 : 0
