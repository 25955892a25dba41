// `npm run bench:engines`: sets up what is missing, then times training steps of tfjs's engines side by side.
import { setUp } from './setup.mjs'

await setUp()
await import('../benchmarks/engines/main.mjs')
