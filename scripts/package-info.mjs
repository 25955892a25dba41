// Keeps name and version in packages/*/src/package-info.ts as package.json has them; --check only looks.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const isCheck = process.argv.includes('--check')
let stale = 0
for (const folder of readdirSync(join(root, 'packages'))) {
  const path = join(root, 'packages', folder, 'src', 'package-info.ts')
  if (!existsSync(path)) continue
  const { name, version } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
  const present = readFileSync(path, 'utf8')
  const wanted = present
    .replace(/name: '[^']*'/, `name: '${name}'`)
    .replace(/version: '[^']*'/, `version: '${version}'`)
  if (wanted === present) continue
  stale += 1
  if (isCheck)
    process.stderr.write(`${path} does not say ${name} ${version}; run: node scripts/package-info.mjs\n`)
  else writeFileSync(path, wanted)
}
process.exitCode = isCheck && stale > 0 ? 1 : 0
