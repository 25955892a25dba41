// `npm run parity:live`: runs MMEngine and hookloop on the same settings and compares. Besides cases that are written
// down it draws scheduler chains and optimizer settings; `--seed N` draws the same ones again.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addMmcv } from './lib/mmcv-python.mjs'
import { findMMEnginePython } from './lib/mmengine-python.mjs'
import { playGoldens } from './lib/play-goldens.mjs'
import { run } from './lib/run.mjs'
import { closingLine, summarize } from './lib/test-summary.mjs'
import { setUp } from './setup.mjs'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    schedulers: { type: 'string', default: '200' },
    optimizers: { type: 'string', default: '100' },
  },
})

await setUp()
const python = await findMMEnginePython()
await addMmcv(python)
const folder = mkdtempSync(join(tmpdir(), 'hookloop-parity-'))
const drawn = ['--seed', values.seed, '--schedulers', values.schedulers, '--optimizers', values.optimizers]
const parts = [
  ['drawn', await record('drawn', drawn)],
  ['written', await record('written', [])],
]
const total = { passed: 0, failed: 0, skipped: 0 }
for (const [title, goldens] of parts) {
  const summary = summarize(await playGoldens(goldens, { show: false }))
  for (const count of ['passed', 'failed', 'skipped']) total[count] += summary[count]
  const failed = summary.failures.map(({ name }) => name)
  process.stdout.write(`${[...table(title, goldens, failed)].join('\n')}\n`)
  for (const { name, message } of summary.failures) process.stdout.write(`FAILED: ${name}: ${message}\n`)
}
process.stdout.write(`seed ${values.seed}: npm run parity:live -- --seed ${values.seed}\n`)
if (total.failed > 0) process.stdout.write(`the cases are in ${folder}\n`)
else rmSync(folder, { recursive: true })
process.stdout.write(`${closingLine(total, true)}\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

/** Lets MMEngine play cases. @param {string} title @param {string[]} options @returns the folder of golden files */
async function record(title, options) {
  const goldens = join(folder, title)
  const { code, output } = await run([python, 'tests/parity-live/python/generate.py', goldens, ...options])
  if (code !== 0) throw new Error(`MMEngine's part failed:\n${output}`)
  for (const [note] of output.matchAll(/^.* (?:left out|fails in MMEngine): .*\n/gm))
    process.stdout.write(note)
  return goldens
}

/** A line for each kind of case and, of drawn ones, for each class in them. */
function* table(title, goldens, failed) {
  for (const file of readdirSync(goldens).sort()) {
    const { header, cases } = JSON.parse(readFileSync(join(goldens, file), 'utf8'))
    const wrong = new Set(failed.filter((name) => name.startsWith(`${header.kind} `)))
    const isWrong = ({ name }) => wrong.has(`${header.kind} ${name}`)
    yield line(`${title}: ${header.kind}`, cases.length, cases.filter(isWrong).length, header)
    if (title !== 'drawn') continue
    const classes = new Map()
    for (const one of cases) {
      for (const type of new Set(classesOf(one))) classes.set(type, [...(classes.get(type) ?? []), one])
    }
    for (const type of [...classes.keys()].sort())
      yield line(`  ${type}`, classes.get(type).length, classes.get(type).filter(isWrong).length)
  }
}

function classesOf({ schedulers, optimizer }) {
  return schedulers === undefined ? [optimizer.type] : schedulers.map(({ type }) => type)
}

function line(name, count, wrong, header) {
  const peer =
    header === undefined ? '' : `  MMEngine ${header.engine_version}, PyTorch ${header.torch_version}`
  return `${name.padEnd(34)} ${String(count).padStart(5)} cases, ${wrong} differ${peer}`
}
