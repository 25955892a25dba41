// `npm run bench:updates`: sets up what is missing, then times updates of optimizers, engine by engine.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './lib/run.mjs'
import { setUp } from './setup.mjs'

await setUp()
const program = join(root, 'benchmarks/training/updates.mjs')
// A process each: one holds the backend that it began with.
for (const engine of ['tfjs-node', 'wasm', 'cpu'])
  spawnSync(process.execPath, [program, '--engine', engine, ...process.argv.slice(2)], { stdio: 'inherit' })
