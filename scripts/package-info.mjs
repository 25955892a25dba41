// Keeps name and version in packages/*/src/package-info.ts as package.json has them; --check only looks.
import { writeStalePackageInfos } from './lib/package-infos.mjs'
import { root } from './lib/run.mjs'

const isCheck = process.argv.includes('--check')
const stale = writeStalePackageInfos(root, 'src/package-info.ts', { isCheck })
if (isCheck)
  for (const { path, name, version } of stale)
    process.stderr.write(`${path} does not say ${name} ${version}; run: node scripts/package-info.mjs\n`)
process.exitCode = isCheck && stale.length > 0 ? 1 : 0
