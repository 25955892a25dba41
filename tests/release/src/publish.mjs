import { pnpm } from '../../../scripts/lib/run.mjs'
import { mustRun } from './must-run.mjs'

/**
 * Publishes every package of a release that the registry does not have.
 * @param {import('./next-release.mjs').NextRelease} release @param {import('./registry.mjs').Registry} registry
 */
export async function publishRelease({ workspace }, { env }) {
  await mustRun(
    [...pnpm, '-r', '--filter', './packages/*', 'publish', '--no-git-checks', '--access', 'public'],
    { cwd: workspace, env },
  )
}

/**
 * Publishes what lies in a folder. With another `tag` than `latest` nobody gets it who does not ask.
 * @param {string} folder @param {import('./registry.mjs').Registry} registry @param {string} [tag]
 */
export async function publishFolder(folder, { env }, tag = 'latest') {
  await mustRun(['npm', 'publish', '--access', 'public', '--tag', tag], { cwd: folder, env })
}
