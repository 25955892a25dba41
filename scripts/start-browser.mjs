// `npm run start:browser`: sets up what is missing, then serves the digits in a page. Arguments go to vite.
import { spawn } from 'node:child_process'
import { pnpm, root } from './lib/run.mjs'
import { setUp } from './setup.mjs'

await setUp({ native: false })
const [program, ...args] = [...pnpm, '-C', 'examples/browser', 'run', 'dev', ...process.argv.slice(2)]
const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
// Ctrl-C reaches the whole group of processes.
process.on('SIGINT', () => undefined)
child.on('close', (code) => {
  process.exitCode = code ?? 0
})
