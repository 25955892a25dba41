import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withNameAndVersion } from '../../../scripts/lib/package-infos.mjs'

/**
 * A copy of a packed package as another version of it, with another hook API where that is given: what the past
 * published, or the future will.
 * @param {import('./next-release.mjs').PackedPackage} packed
 * @param {string} folder for the copy
 * @param {object} change
 * @param {string} change.version
 * @param {number} [change.hookApi] of core: what it offers; of a hook: what it was written for
 * @param {number[]} [change.supported] of core: whose hooks it runs; default `[hookApi]`
 * @returns {string} the folder, ready to be published
 */
export function otherVersion(packed, folder, { version, hookApi, supported = [hookApi ?? 1] }) {
  cpSync(packed.folder, folder, { recursive: true })
  const isCore = packed.name === '@hookloop/core'
  edit(
    join(folder, 'package.json'),
    (text) => `${JSON.stringify({ ...JSON.parse(text), version }, undefined, 2)}\n`,
  )
  edit(join(folder, 'dist', 'package-info.js'), (text) => {
    const renamed = withNameAndVersion(text, packed.name, version)
    return hookApi === undefined ? renamed : replaced(renamed, /hookApi: \d+/, `hookApi: ${hookApi}`)
  })
  if (isCore && hookApi !== undefined) {
    edit(join(folder, 'dist', 'registry', 'compatibility.js'), (text) => {
      const offered = replaced(text, /hookApiVersion = \d+/, `hookApiVersion = ${hookApi}`)
      return replaced(
        offered,
        /supportedHookApis = \[[^\]]*\]/,
        `supportedHookApis = [${supported.join(', ')}]`,
      )
    })
  }
  return folder
}

/** @param {string} path @param {(text: string) => string} change */
function edit(path, change) {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

/** @param {string} text @param {RegExp} pattern @param {string} replacement */
function replaced(text, pattern, replacement) {
  if (!pattern.test(text))
    throw new Error(`${pattern} is not in what was packed; the rehearsal must learn its new form`)
  return text.replace(pattern, replacement)
}
