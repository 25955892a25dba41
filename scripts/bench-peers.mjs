// `npm run bench:peers`: a Python environment for each peer of the benchmarks, in the user's cache folder. What cannot be had
// is said, and the benchmarks go without it.
import { installPeer, peers, pythonOf } from '../benchmarks/training/peers.mjs'

for (const name of Object.keys(peers)) {
  process.stdout.write(`${name}: ${peers[name].requirements.join(' ')} …\n`)
  try {
    await installPeer(name)
    process.stdout.write(`${name}: ${pythonOf(name)}\n`)
  } catch (error) {
    process.exitCode = 1
    process.stdout.write(`${name}: cannot be had here: ${error.message}\n`)
  }
}
