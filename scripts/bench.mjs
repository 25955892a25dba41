// `npm run bench`: sets up what is missing, then times training with ours and with the peers that are there.
import { setUp } from './setup.mjs'

await setUp()
await import('../benchmarks/training/main.mjs')
