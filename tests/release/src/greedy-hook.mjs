import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publishFolder } from './publish.mjs'

/**
 * Publishes a hook that brings a core along instead of asking for one as a peer.
 * @param {import('./stage.mjs').Stage} stage @param {string} coreVersion
 */
export async function publishGreedyHook(stage, coreVersion) {
  const folder = join(stage.folder, 'greedy-hook')
  cpSync(fileURLToPath(new URL('../fixtures/greedy-hook', import.meta.url)), folder, { recursive: true })
  await stage.mustRun(['npm', 'pkg', 'set', `dependencies.@hookloop/core=${coreVersion}`], folder)
  await publishFolder(folder, stage.registry)
}
