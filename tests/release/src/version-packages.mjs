import { join } from 'node:path'
import { mustRun } from './must-run.mjs'

/** Makes versions and release notes of the notes in `.changeset`. @param {string} workspace where changesets is installed */
export async function versionPackages(workspace) {
  const changesets = join(workspace, 'node_modules', '@changesets', 'cli', 'bin.js')
  await mustRun([process.execPath, changesets, 'version'], { cwd: workspace })
}
