// `npm run parity:live`: runs MMEngine and hookloop on the same settings and compares. Besides cases that are written
// down it draws scheduler chains and optimizer settings; `--seed N` draws the same ones again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addMmcv } from './lib/mmcv-python.mjs'
import { findMMEnginePython } from './lib/mmengine-python.mjs'
import { keepFailing, outcomesOf, readGoldens, table } from './lib/parity-report.mjs'
import { playGoldens } from './lib/play-goldens.mjs'
import { run } from './lib/run.mjs'
import { closingLine, summarize } from './lib/test-summary.mjs'
import { setUp } from './setup.mjs'

const { seed, schedulers, optimizers } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    schedulers: { type: 'string', default: '200' },
    optimizers: { type: 'string', default: '100' },
  },
}).values
const draw = ['--seed', seed, '--schedulers', schedulers, '--optimizers', optimizers]

await setUp()
const python = await findMMEnginePython().catch(stop)
await addMmcv(python)
const folder = mkdtempSync(join(tmpdir(), 'hookloop-parity-'))
const failing = join(folder, 'failing')
print(`seed ${seed}; the same again: npm run parity:live -- ${draw.join(' ')}`)
const total = { passed: 0, failed: 0, skipped: 0 }
await compare('drawn', draw)
await compare('written', [])
if (total.failed > 0) print(`failing cases are kept: HOOKLOOP_GOLDENS=${failing} npm run goldens`)
else rmSync(folder, { recursive: true })
print(closingLine(total, true))
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

/** Plays cases with MMEngine, then with hookloop. @param {string} title @param {string[]} options */
async function compare(title, options) {
  const recorded = join(folder, title)
  const { code, output } = await run([python, 'tests/parity-live/python/generate.py', recorded, ...options])
  if (code !== 0) stop(new Error(`MMEngine's part failed:\n${output}`))
  const goldens = readGoldens(recorded)
  const reports = await playGoldens(recorded, { show: false })
  const [summary, outcomeOf] = [summarize(reports), outcomesOf(reports)]
  for (const count of Object.keys(total)) total[count] += summary[count]
  const { engine_version: engine, torch_version: torch } = goldens[0]?.header ?? {}
  print(`${title} cases: MMEngine ${engine} with PyTorch ${torch} beside hookloop`)
  for (const [note] of output.matchAll(/^.* (?:left out|fails in MMEngine): .*$/gm)) print(note)
  for (const line of table(title, goldens, outcomeOf, { byClass: title === 'drawn' })) print(line)
  for (const { name, message } of summary.failures) print(`FAILED: ${name}: ${message}`)
  keepFailing(failing, title, goldens, outcomeOf)
  rmSync(recorded, { recursive: true })
}

/** @param {Error} error @returns {never} */
function stop({ message }) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`)
}
