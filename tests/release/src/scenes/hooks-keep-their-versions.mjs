import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '../expect.mjs'
import { versionPackages } from '../version-packages.mjs'

/** @type {import('../scene.mjs').Scene} */
const scene = {
  title: 'changesets: a minor and a major of core make no new version of a hook',
  isShort: true,
  async act({ release: { workspace } }) {
    const before = peersOfCore(workspace)
    const cores = []
    for (const bump of ['minor', 'major']) {
      const note = `---\n'@hookloop/core': ${bump}\n---\n\nCore alone.\n`
      writeFileSync(join(workspace, '.changeset', 'core-alone.md'), note)
      await versionPackages(workspace)
      cores.push(manifestOf(workspace, 'core').version)
    }
    const after = peersOfCore(workspace)
    expect(JSON.stringify(after) === JSON.stringify(before), `they went from\n${before}\nto\n${after}`)
    return `core went to ${cores.join(' and ')}, and ${before.length} packages kept their versions and ranges`
  },
}

/** Plays in the copy of the workspace, which nobody needs once everything is published. */
export const hooksKeepTheirVersions = [scene]

/** Name, version and range of each package that has core as a peer. @param {string} workspace */
function peersOfCore(workspace) {
  return readdirSync(join(workspace, 'packages'))
    .map((folder) => manifestOf(workspace, folder))
    .filter(({ peerDependencies }) => peerDependencies?.['@hookloop/core'] !== undefined)
    .map(({ name, version, peerDependencies }) => `${name} ${version} ${peerDependencies['@hookloop/core']}`)
}

/** @param {string} workspace @param {string} folder */
function manifestOf(workspace, folder) {
  return JSON.parse(readFileSync(join(workspace, 'packages', folder, 'package.json'), 'utf8'))
}
