// `npm run suite:tfjs`: sets up what is missing, then runs tfjs-core's own tests on stock wasm and on ours.
import { setUp } from './setup.mjs'

await setUp({ native: false })
await import('../tests/tfjs-suite/src/main.mjs')
