// `npm run sizes`: what each package adds to a page, and its budget; --write brings the README's table up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.mjs'
import { setUp } from './setup.mjs'

await setUp({ native: false })
// What set-up installs can be imported only now.
const { budgetComplaint } = await import('../tests/sizes/src/budget.mjs')
const { kB } = await import('../tests/sizes/src/kilobytes.mjs')
const { measure } = await import('../tests/sizes/src/measure.mjs')
const { readmeComplaint, withSizes } = await import('../tests/sizes/src/readme-column.mjs')
const readmePath = join(root, 'README.md')
const budgets = JSON.parse(readFileSync(join(root, 'tests/sizes/budgets.json'), 'utf8'))

const sizes = await measure(Object.keys(budgets.nodeOnly))
for (const { name, bytes } of sizes)
  print(`${name.padEnd(34)} ${kB(bytes).padStart(7)} of ${budgets.kB[name] ?? '–'} kB`)
if (process.argv.includes('--write'))
  writeFileSync(readmePath, withSizes(readFileSync(readmePath, 'utf8'), sizes))
const readme = readFileSync(readmePath, 'utf8')
const complaints = sizes
  .flatMap((size) => [budgetComplaint(size, budgets.kB), readmeComplaint(readme, size)])
  .filter((complaint) => complaint !== undefined)
for (const complaint of complaints) print(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`)
}
