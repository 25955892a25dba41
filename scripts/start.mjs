// `npm start`: sets up what is missing, then trains the digits. Arguments go to the example.
import { spawn } from 'node:child_process'
import { root } from './lib/run.mjs'
import { setUp } from './setup.mjs'

await setUp()
const child = spawn(process.execPath, ['examples/mnist/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
})
// Ctrl-C reaches the whole group of processes: the child saves and ends, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
child.on('close', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
})
