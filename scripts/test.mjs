// `npm test`: sets up what is missing, then runs every check of every package. The last line counts the tests.
import { readReports, removeReports, testedProjects } from './lib/reports.mjs'
import { pnpm, run } from './lib/run.mjs'
import { closingLine, summarize } from './lib/test-summary.mjs'
import { setUp } from './setup.mjs'

await setUp()
const nx = [...pnpm, 'exec', 'nx', 'run-many', '--outputStyle=static', '--parallel=2', '-t']
const checks = [
  ['format and lint', [...pnpm, 'exec', 'biome', 'check', '.']],
  [
    'arrows between packages',
    [
      ...pnpm,
      'exec',
      'depcruise',
      'packages',
      'examples',
      'tests',
      'benchmarks',
      '--config',
      '.dependency-cruiser.cjs',
    ],
  ],
  ['package info', ['node', 'scripts/package-info.mjs', '--check']],
  ['types', [...nx, 'typecheck']],
]
let failedChecks = 0
for (const [title, command] of checks) {
  const { code, output } = await run(command)
  process.stdout.write(code === 0 ? `${title}: ok\n` : `${output}\n${title}: FAILED\n`)
  if (code !== 0) failedChecks += 1
}
const projects = testedProjects()
removeReports(projects)
const { code } = await run([...nx, 'test'], { show: true })
const summary = summarize(readReports(projects))
for (const { name, file, message } of summary.skips)
  process.stdout.write(`skipped: ${file}: ${name} ${message}\n`)
for (const { name, file, message } of summary.failures)
  process.stdout.write(`FAILED: ${file}: ${name}: ${message}\n`)
if (failedChecks > 0)
  process.stdout.write(`FAILED: ${failedChecks} of ${checks.length} checks before the tests, see above\n`)
process.stdout.write(`${closingLine(summary)}\n`)
process.exitCode = failedChecks > 0 || summary.failed > 0 || code !== 0 ? 1 : 0
