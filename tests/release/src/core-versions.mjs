import { join } from 'node:path'
import { otherVersion } from './other-version.mjs'
import { publishFolder } from './publish.mjs'

/** Versions of core that the future may bring, and the hook API of each. */
export const coreVersions = {
  minor: { version: '0.9.0' },
  major: { version: '1.0.0' },
  /** Inside of the ranges of the hooks that are published, with a hook API that they do not know. */
  otherApi: { version: '1.9.0', hookApi: 2 },
  /** Outside of their ranges. */
  outOfRange: { version: '2.0.0', hookApi: 2 },
  /** With the next hook API, and still with the one before. */
  candidate: { version: '1.0.0-rc.0', hookApi: 2, supported: [1, 2] },
}

/** Of hook-ema, as it may have been published before. */
export const olderEma = '0.1.1'

/** Of hook-checkpoint, written for the next hook API. */
export const newerCheckpoint = '0.9.0'

/**
 * Publishes what the past published and the future may, for those who ask by version; `latest` stays the release.
 * @param {import('./stage.mjs').Stage} stage
 */
export async function publishOtherVersions(stage) {
  const publishAs = (
    /** @type {string} */ name,
    /** @type {Parameters<typeof otherVersion>[2]} */ change,
  ) => {
    const folder = join(stage.folder, `${name.replace('@hookloop/', '')}-${change.version}`)
    return publishFolder(otherVersion(stage.release.of(name), folder, change), stage.registry, 'other')
  }
  // A registry takes versions of one package one after the other.
  for (const change of Object.values(coreVersions)) await publishAs('@hookloop/core', change)
  await publishAs('@hookloop/hook-ema', { version: olderEma })
  await publishAs('@hookloop/hook-checkpoint', { version: newerCheckpoint, hookApi: 2 })
}
