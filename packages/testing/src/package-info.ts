import type { PackageInfo } from '@hookloop/core'

/** Written by `scripts/package-info.mjs`. */
export const packageInfo: PackageInfo = {
  name: '@hookloop/testing',
  version: '0.1.0',
  url: import.meta.url,
  hookApi: 1,
}
