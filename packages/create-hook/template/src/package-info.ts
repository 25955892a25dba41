import type { PackageInfo } from '@hookloop/core'

/** Name and version are written by `scripts/package-info.mjs`; the hook API is the one this package was written for. */
export const packageInfo: PackageInfo = {
  name: 'hookloop-template',
  version: '0.1.0',
  url: import.meta.url,
  hookApi: 1,
}
