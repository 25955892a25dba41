/** The program that installs: the one that started us. */
export interface PackageManager {
  readonly name: 'npm' | 'pnpm'
  /** What installs exactly what the lock file says. */
  readonly cleanInstall: string
}

/** @param userAgent npm's `npm_config_user_agent`, such as `pnpm/12.21.0 npm/? node/v20.20.2 linux x64` */
export function packageManager(userAgent = ''): PackageManager {
  const [, version] = /^pnpm\/(\S+)/.exec(userAgent) ?? []
  if (version === undefined) return { name: 'npm', cleanInstall: 'npm ci' }
  return { name: 'pnpm', cleanInstall: `npx -y pnpm@${version} install --frozen-lockfile` }
}

/** pnpm ends with an error on install scripts that nobody decided on; none of these is needed. */
export const pnpmWorkspace = `allowBuilds:
  core-js: false
  esbuild: false
`
