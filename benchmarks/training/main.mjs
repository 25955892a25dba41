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

const options = parseArgs({
  options: {
    workloads: { type: 'string' },
    systems: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    settings: { type: 'string' },
    keep: { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, '..') },
  },
}).values
const chosen = choose('workloads', Object.keys(workloads))
const names = choose('systems', Object.keys(systems))
const rounds = Number(options.rounds ?? (options.quick ? 3 : 11))
if (!Number.isInteger(rounds) || rounds < 1)
  fail(`--rounds is ${options.rounds}, but must be a whole number above 0`)

// Before anything is measured: a folder that cannot be written must not lose the results.
mkdirSync(options.out, { recursive: true })
const known = options.settings === undefined ? [] : readList(options.settings)
let results = options.keep ? readList(join(options.out, 'results.json')) : []
let failures = options.keep ? readList(join(options.out, 'failures.json')) : []
const machine = await circumstances()
for (const workload of chosen) {
  const measured = await measure(workload, { names, rounds, isQuick: options.quick, known, print })
  const isOther = (entry) => entry.workload !== workload
  results = [...results.filter(isOther), ...measured.results]
  failures = [...failures.filter(isOther), ...measured.failures]
  // After each, so that a run that is stopped leaves what it has.
  writeFileSync(join(options.out, 'RESULTS.md'), report(results, failures, { rounds, ...machine }))
  for (const [name, list] of Object.entries({ results, failures }))
    writeFileSync(join(options.out, `${name}.json`), `${JSON.stringify(list, undefined, 2)}\n`)
}
print(report(results, failures, { rounds, ...machine }))
if (judge(bars, results).some(({ isReached }) => isReached === false)) process.exitCode = 1

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
