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

/**
 * Publishes them for those who ask by version; `latest` stays the release.
 * @param {import('./stage.mjs').Stage} stage
 */
export async function publishCoreVersions({ release, registry, folder }) {
  for (const [name, change] of Object.entries(coreVersions))
    await publishFolder(
      otherVersion(release.of('@hookloop/core'), join(folder, `core-${name}`), change),
      registry,
      'future',
    )
}

/** A hook as it was published before. @param {import('./stage.mjs').Stage} stage */
export async function publishOlderEma({ release, registry, folder }) {
  const packed = release.of('@hookloop/hook-ema')
  await publishFolder(
    otherVersion(packed, join(folder, 'older-ema'), { version: olderEma }),
    registry,
    'past',
  )
}

export const olderEma = '0.1.1'
