// `npm run suite:tfjs`: the tests that tfjs-core publishes, on tfjs's wasm backend as it is and with @hookloop/wasm.
// Fails when a test that passes without our kernels fails with them.
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const folder = await mkdtemp(join(tmpdir(), 'tfjs-suite-'))
try {
  const stock = await outcomesOf('stock')
  const ours = await outcomesOf('ours')
  tell('stock wasm', stock)
  tell('with @hookloop/wasm', ours)
  compare(stock, ours)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Outcomes by the name of the test; names that occur twice are numbered. */
async function outcomesOf(title) {
  const bundle = join(folder, `${title}.cjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${title}.mjs`)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The tests reach into the sources of tfjs-core: everything else must use the same ones.
    mainFields: ['module', 'main'],
    // Test files are said to have no side effects, and would be left out.
    ignoreAnnotations: true,
    logLevel: 'error',
  })
  const outcomes = new Map()
  for (const outcome of await run(bundle)) {
    let name = outcome.name
    for (let copy = 2; outcomes.has(name); copy++) name = `${outcome.name} (${copy})`
    outcomes.set(name, outcome)
  }
  return outcomes
}

function run(bundle) {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'run-suite.mjs'), [bundle], {
      env: { ...process.env, WASM_FOLDER: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    let outcomes
    child.once('message', (message) => (outcomes = message))
    child.once('exit', (code) =>
      outcomes === undefined ? reject(new Error(`the tests ended with code ${code}`)) : resolve(outcomes),
    )
  })
}

function tell(title, outcomes) {
  const counts = { passed: 0, failed: 0 }
  for (const { status } of outcomes.values()) if (status in counts) counts[status] += 1
  process.stdout.write(
    `${title}: ${counts.passed} passed, ${counts.failed} failed, ${outcomes.size - counts.passed - counts.failed} left out\n`,
  )
}

function compare(stock, ours) {
  const lost = [...stock].filter(
    ([name, { status }]) => status === 'passed' && ours.get(name)?.status !== 'passed',
  )
  const won = [...ours].filter(
    ([name, { status }]) => status === 'passed' && stock.get(name)?.status !== 'passed',
  )
  for (const [name] of lost) process.stdout.write(`LOST: ${name}: ${ours.get(name)?.message}\n`)
  process.stdout.write(`${won.length} tests pass only with @hookloop/wasm, ${lost.length} only without it\n`)
  if (process.argv.includes('--failed'))
    for (const [name, { status, message }] of ours)
      if (status === 'failed') process.stdout.write(`still fails: ${name}: ${message}\n`)
  process.exitCode = lost.length > 0 ? 1 : 0
}
