import type { PackageInfo } from '@hookloop/core'

export const packageInfo: PackageInfo = {
  name: '@hookloop/optim',
  version: '0.1.0',
  url: import.meta.url,
  hookApi: 1,
}
