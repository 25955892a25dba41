import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The files in which packages tell their name and version otherwise than `package.json`; they are put right.
 * @param {string} workspace the folder that holds `packages`
 * @param {'src/package-info.ts' | 'dist/package-info.js'} file below each package
 * @param {{ isCheck?: boolean }} [options] isCheck: nothing is written
 */
export function writeStalePackageInfos(workspace, file, { isCheck = false } = {}) {
  return readdirSync(join(workspace, 'packages')).flatMap((folder) => {
    const path = join(workspace, 'packages', folder, file)
    if (!existsSync(path)) return []
    const manifest = readFileSync(join(workspace, 'packages', folder, 'package.json'), 'utf8')
    const { name, version } = JSON.parse(manifest)
    const present = readFileSync(path, 'utf8')
    const wanted = withNameAndVersion(present, name, version)
    if (wanted === present) return []
    if (!isCheck) writeFileSync(path, wanted)
    return [{ path, name, version }]
  })
}

/** @param {string} text of a `package-info` @param {string} name @param {string} version */
export function withNameAndVersion(text, name, version) {
  return text
    .replace(/name: '[^']*'/, () => `name: '${name}'`)
    .replace(/version: '[^']*'/, () => `version: '${version}'`)
}
