// `npm run docs`: the site of guides and API as static files, in docs/site.
import { pnpm, run } from './lib/run.mjs'
import { setUp } from './setup.mjs'

await setUp({ native: false })
const { code } = await run([...pnpm, 'exec', 'typedoc', ...process.argv.slice(2)], { show: true })
if (code === 0) process.stdout.write('open docs/site/index.html, or serve docs/site from anywhere\n')
process.exitCode = code
