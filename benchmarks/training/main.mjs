// `npm run bench`: training with ours and with the peers that are installed, workload by workload.
import { mkdirSync, writeFileSync } from 'node:fs'
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
const results = []
const failures = []
for (const workload of chosen) {
  const measured = await measure(workload, { names, rounds, isQuick: options.quick, print })
  results.push(...measured.results)
  failures.push(...measured.failures)
}
const page = report(results, failures, { rounds, ...(await circumstances()) })
writeFileSync(join(options.out, 'RESULTS.md'), page)
writeFileSync(join(options.out, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
print(page)
if (judge(bars, results).some(({ isReached }) => isReached === false)) process.exitCode = 1

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
