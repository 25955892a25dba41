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
