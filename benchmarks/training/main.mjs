// `npm run bench`: training with ours and with the peers that are installed, workload by workload.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bars, judge } from './bars.mjs'
import { circumstances } from './circumstances.mjs'
import { measure } from './measure.mjs'
import { report } from './report.mjs'
import { systems } from './systems.mjs'
import { workloads } from './workloads.mjs'

const folder = join(import.meta.dirname, '..')
const usage = `npm run bench [-- options]        all workloads with all systems: about two hours on a quiet machine

  --workloads a,b   of ${Object.keys(workloads).join(', ')}
  --systems a,b     of ${Object.keys(systems).join(', ')}
  --rounds n        11 by default; below 5 the numbers say little
  --quick           short rounds, 3 of them, without a search for the best settings: a minute or two per workload
  --settings FILE   takes the settings of an earlier results.json instead of searching
  --keep            keeps what --out has of other workloads
  --out FOLDER      by default benchmarks/ for all, and benchmarks/some/ for a part or for --quick`

const options = parsed()
if (options.help) {
  print(usage)
  process.exit(0)
}
const chosen = choose('workloads', Object.keys(workloads))
const names = choose('systems', Object.keys(systems))
const rounds = Number(options.rounds ?? (options.quick ? 3 : 11))
if (!Number.isInteger(rounds) || rounds < 1)
  fail(`--rounds is ${options.rounds}, but must be a whole number above 0`)
const pairs = chosen.flatMap((workload) => workloads[workload].systems.filter((name) => names.includes(name)))
if (pairs.length === 0) fail('none of these systems has one of these workloads')

// Before anything is measured: a folder that cannot be written must not lose the results.
const isAll = !options.quick && options.workloads === undefined && options.systems === undefined
const out = options.out ?? (isAll ? folder : join(folder, 'some'))
mkdirSync(out, { recursive: true })
const known = options.settings === undefined ? [] : readList(options.settings)
let results = kept('results')
let failures = kept('failures')
const machine = { rounds, ...(await circumstances()), explanations: explanationsIn(out) }
for (const workload of chosen) {
  const measured = await measure(workload, { names, rounds, isQuick: options.quick, known, print })
  const isOther = (entry) => entry.workload !== workload
  results = [...results.filter(isOther), ...measured.results]
  failures = [...failures.filter(isOther), ...measured.failures]
  // After each, so that a run that is stopped leaves what it has.
  writeFileSync(join(out, 'RESULTS.md'), report(results, failures, machine))
  for (const [name, list] of Object.entries({ results, failures }))
    writeFileSync(join(out, `${name}.json`), `${JSON.stringify(list, undefined, 2)}\n`)
}
print(report(results, failures, machine))
if (judge(bars, results).some(({ isReached }) => isReached === false)) process.exitCode = 1

function parsed() {
  const flag = { type: 'boolean', default: false }
  const text = { type: 'string' }
  const known = { workloads: text, systems: text, rounds: text, settings: text, out: text }
  try {
    return parseArgs({ options: { ...known, quick: flag, keep: flag, help: { ...flag, short: 'h' } } }).values
  } catch (error) {
    fail(`${error.message}\n\n${usage}`)
  }
}

/** What people have found out about results that this folder has. */
function explanationsIn(folder) {
  const file = join(folder, 'explanations.md')
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

/** What the folder has already, where it is to be kept. */
function kept(name) {
  const file = join(out, `${name}.json`)
  return options.keep && existsSync(file) ? readList(file) : []
}

function readList(file) {
  if (!existsSync(file)) fail(`there is no ${file}`)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** @param {'workloads' | 'systems'} option @param {string[]} known */
function choose(option, known) {
  const wanted = options[option]?.split(',') ?? known
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) fail(`--${option} has ${unknown.join(', ')}; known are ${known.join(', ')}`)
  return wanted
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function print(line) {
  process.stdout.write(`${line}\n`)
}
