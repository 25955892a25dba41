import type { PackageInfo } from './registry/package-info.js'

/** Written by `scripts/package-info.mjs`. */
export const packageInfo: PackageInfo = {
  name: '@hookloop/core',
  version: '0.1.0',
  url: import.meta.url,
  hookApi: 1,
}
