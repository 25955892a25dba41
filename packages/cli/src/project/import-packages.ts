import { CliError } from '../cli-error.js'
import { isCoded, reasonOf } from '../terminal/error-text.js'
import type { InstalledPackage } from './find-package.js'
import type { ProjectModules } from './modules.js'

/**
 * Imports packages so that they register themselves.
 * @throws what a registration throws, such as `HL_HOOK_API`; CliError `HL_CLI_IMPORT` for other failures
 */
export async function importPackages(
  modules: ProjectModules,
  packages: readonly InstalledPackage[],
): Promise<void> {
  for (const one of packages) await importOne(modules, one)
}

async function importOne(
  modules: ProjectModules,
  { name, version, folder }: InstalledPackage,
): Promise<void> {
  try {
    if ((await modules.importPackage(name)) === undefined)
      throw new Error('its package.json names no module to import')
  } catch (cause) {
    if (isCoded(cause)) throw cause
    throw new CliError(
      'HL_CLI_IMPORT',
      `${name} ${version} (${folder}) could not be imported: ${reasonOf(cause)}. Install it anew, take it out with ` +
        `\`npm uninstall ${name}\`, or leave the imports to your config with --no-auto-import`,
      { cause },
    )
  }
}
