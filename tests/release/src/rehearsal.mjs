import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lintPacked } from './lint-packed.mjs'
import { nextRelease } from './next-release.mjs'
import { publishRelease } from './publish.mjs'
import { startRegistry } from './registry.mjs'
import { coreUpgrades } from './scenes/core-upgrades.mjs'
import { exampleBeforeRelease } from './scenes/example-before-release.mjs'
import { hooksKeepTheirVersions } from './scenes/hooks-keep-their-versions.mjs'
import { onlyWhatIsNeeded } from './scenes/only-what-is-needed.mjs'
import { pinnedHook } from './scenes/pinned-hook.mjs'
import { thirdPartyHook } from './scenes/third-party-hook.mjs'
import { twoCores } from './scenes/two-cores.mjs'
import { Stage } from './stage.mjs'

/** What the rehearsal's registry keeps itself: our packages, and those that scenes publish. */
const ours = ['@hookloop/*', '@me/*', 'hookloop', 'my-hook', 'published-hook', 'greedy-hook']

/** @type {import('./scene.mjs').Scene} */
const lint = {
  title: 'publint and are-the-types-wrong on what is packed',
  isShort: false,
  async act({ tools, release }) {
    const findings = await lintPacked(tools, release.packages)
    if (findings.length > 0) throw new Error(findings.join('\n'))
    return `${release.packages.length} packages, nothing found`
  },
}

/** @type {import('./scene.mjs').Scene} */
const publish = {
  title: 'every package published, with release notes',
  isShort: true,
  async act(stage) {
    await publishRelease(stage.release, stage.registry)
    return stage.release.packages.map(({ name, version }) => `${name} ${version}`).join(', ')
  },
}

/** In the order of a release: what can be known before anything is published comes first. */
export const scenes = [
  lint,
  ...exampleBeforeRelease,
  publish,
  ...hooksKeepTheirVersions,
  ...onlyWhatIsNeeded,
  ...thirdPartyHook,
  ...pinnedHook,
  ...coreUpgrades,
  ...twoCores,
]

/**
 * Packs the next release and starts a registry for it.
 * @param {string} tools where Verdaccio and the linters are
 * @returns {Promise<{ stage: Stage, close: () => Promise<void> }>} close: nothing is left
 */
export async function openStage(tools) {
  const folder = await mkdtemp(join(tmpdir(), 'release-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  try {
    const release = await nextRelease(folder)
    const registry = await startRegistry({ tools, folder: join(folder, 'registry'), ours })
    const close = () => registry.stop().finally(removeFolder)
    return { stage: new Stage({ folder, tools, registry, release }), close }
  } catch (error) {
    await removeFolder()
    throw error
  }
}
