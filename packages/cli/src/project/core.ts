import { CliError } from '../cli-error.js'
import { findPackage, type InstalledPackage } from './find-package.js'
import type { ProjectModules } from './modules.js'

/** All of `@hookloop/core`: the command line uses that of the project, never one of its own. */
export type Core = typeof import('@hookloop/core')

export const coreName = '@hookloop/core'

/**
 * Loads the core of a project.
 * @throws CliError `HL_CLI_NO_CORE` where there is none
 */
export async function loadCore(modules: ProjectModules): Promise<Core> {
  const core = await modules.importPackage(coreName)
  if (isCore(core)) return core
  throw noCore(modules)
}

/** The core of a project; for what needs no project, where it has none, the one beside the command line. @throws as {@link loadCore} */
export async function loadAnyCore(modules: ProjectModules): Promise<Core> {
  const core = await modules.importPackage(coreName)
  if (isCore(core)) return core
  return import('@hookloop/core').catch(() => {
    throw noCore(modules)
  })
}

function noCore({ place }: ProjectModules): CliError {
  return new CliError(
    'HL_CLI_NO_CORE',
    `no ${coreName} is installed in ${place}; the command line uses that of your project: npm install ${coreName}`,
  )
}

/**
 * Makes sure that the packages that are about to register themselves do so with the core of the project.
 * @throws CliError `HL_CLI_TWO_CORES` that names both copies and who uses which
 */
export function checkOneCore(projectFolder: string, packages: readonly InstalledPackage[]): void {
  const own = findPackage(coreName, projectFolder)
  for (const { name, version, folder } of packages) {
    const theirs = findPackage(coreName, folder)
    if (own === undefined || theirs === undefined || theirs.folder === own.folder) continue
    throw new CliError(
      'HL_CLI_TWO_CORES',
      `two copies of ${coreName} are installed: your project uses ${own.version} at ${own.folder}, ${name} ${version} uses ` +
        `${theirs.version} at ${theirs.folder}, and what registers with one is unknown to the other. Keep one: run ` +
        `\`npm ls ${coreName}\`, align the versions, then \`npm dedupe\` (or \`pnpm dedupe\`)`,
    )
  }
}

function isCore(module: object | undefined): module is Core {
  return module !== undefined && 'Runner' in module && 'hookRegistry' in module
}
