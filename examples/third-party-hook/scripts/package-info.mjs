// Keeps name and version in src/package-info.ts as package.json has them; runs before each build.
import { readFileSync, writeFileSync } from 'node:fs'

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
const path = 'src/package-info.ts'
const present = readFileSync(path, 'utf8')
const wanted = present
  .replace(/name: '[^']*'/, `name: '${name}'`)
  .replace(/version: '[^']*'/, `version: '${version}'`)
if (wanted !== present) writeFileSync(path, wanted)
