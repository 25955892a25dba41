// `npm run bench:engines`: training steps of tfjs's engines side by side. Each engine and net has a process of its own;
// rounds are interleaved, so that what else the machine does meets all alike; medians are compared.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { batchSize, nets } from './nets.mjs'

const { rounds, only } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, only: { type: 'string' } },
}).values
/** A bar: how many times as fast as stock, or at most which part of the time of tfjs-node. */
const bars = [
  { net: 'mlp', against: 'stock', atMost: 1 / 3 },
  { net: 'mlp', against: 'native', atMost: 1.2 },
  { net: 'deep', against: 'native', atMost: 0.5 },
  { net: 'cnn', against: 'native', atMost: 2.5 },
]
const names = { native: 'tfjs-node, eager', stock: 'wasm, stock', ours: 'wasm, @hookloop/wasm' }
/** About half a second of work in a round. */
const stepsPerRound = { mlp: 30, deep: 20, cnn: 3 }

const medians = {}
for (const net of Object.keys(nets)) if (only === undefined || only === net) medians[net] = await measure(net)
print('')
print(`ms per step, batch ${batchSize}, Adam, median of ${rounds} interleaved rounds`)
print(`| net | ${Object.values(names).join(' | ')} |`)
print('|---|---|---|---|')
for (const [net, times] of Object.entries(medians))
  print(
    `| ${nets[net].title} | ${Object.keys(names)
      .map((engine) => told(times[engine]))
      .join(' | ')} |`,
  )
print('')
print('| measure | bar | measured | reached |')
print('|---|---|---|---|')
for (const bar of bars) if (medians[bar.net] !== undefined) print(judged(bar))

function judged({ net, against, atMost }) {
  const ratio = medians[net].ours / medians[net][against]
  const isReached = ratio <= atMost
  if (!isReached) process.exitCode = 1
  const [bar, measured] =
    against === 'stock'
      ? [`at least ${1 / atMost} times as fast`, `${(1 / ratio).toFixed(2)} times`]
      : [`at most ${atMost} of its time`, ratio.toFixed(2)]
  return `| ${nets[net].title}, against ${names[against]} | ${bar} | ${measured} | ${isReached ? 'yes' : 'NO'} |`
}

function told(time) {
  return typeof time === 'number' ? time.toFixed(1) : time
}

/** Medians by engine; the reason as text where an engine cannot train the net. */
async function measure(net) {
  const children = {}
  const times = {}
  for (const engine of Object.keys(names)) {
    const child = fork(join(import.meta.dirname, 'child.mjs'), [engine, net], {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const { failed } = await answer(child)
    if (failed === undefined) children[engine] = child
    else times[engine] = `fails: ${failed}`
  }
  const measured = Object.fromEntries(Object.keys(children).map((engine) => [engine, []]))
  // The first rounds warm up compilers and caches.
  for (let round = -2; round < Number(rounds); round++)
    for (const [engine, child] of Object.entries(children)) {
      child.send(stepsPerRound[net])
      const { milliseconds } = await answer(child)
      if (round >= 0) measured[engine].push(milliseconds)
    }
  for (const [engine, child] of Object.entries(children)) {
    child.disconnect()
    times[engine] = measured[engine].sort((a, b) => a - b)[Math.floor(measured[engine].length / 2)]
  }
  print(
    `${nets[net].title}: ${Object.entries(times)
      .map(([engine, time]) => `${engine} ${told(time)}`)
      .join(', ')}`,
  )
  return times
}

function answer(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a benchmark process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}

function print(line) {
  process.stdout.write(`${line}\n`)
}
