import { dirname, resolve } from 'node:path'
import type { Composed } from '../config/compose.js'
import { loadConfig } from '../config/config.js'
import { parseOverride } from '../config/overrides.js'
import { checkConfigPath } from '../config/read-config-file.js'
import { type Core, checkOneCore, loadCore } from './core.js'
import type { InstalledPackage } from './find-package.js'
import { importPackages } from './import-packages.js'
import { ProjectModules } from './modules.js'
import { projectAt } from './project.js'
import { registeringPackages } from './registering-packages.js'

/** What commands with a config say about it. */
export interface ConfigArguments {
  readonly cfgOptions?: readonly string[]
  readonly workDir?: string
  /** False with `--no-auto-import`. */
  readonly autoImport: boolean
}

/** A project whose core and packages are loaded. */
export interface LoadedProject {
  readonly modules: ProjectModules
  readonly core: Core
  /** What was imported because it is a direct dependency that registers something. */
  readonly imported: readonly InstalledPackage[]
}

/** A project with one of its configs. */
export interface LoadedConfig extends LoadedProject, Composed {
  /** Absolute path. */
  readonly path: string
}

/** @throws CliError `HL_CLI_NO_CORE`, `HL_CLI_TWO_CORES`, `HL_CLI_IMPORT`; what a registration throws */
export async function loadProject(place: string, autoImport: boolean): Promise<LoadedProject> {
  const project = projectAt(place)
  const modules = new ProjectModules(project, place)
  const core = await loadCore(modules)
  const imported = autoImport ? registeringPackages(project) : []
  checkOneCore(place, imported)
  await importPackages(modules, imported)
  return { modules, core, imported }
}

/** As {@link loadProject}, for the project of a config. @throws what {@link loadConfig} throws */
export async function loadConfigOf(given: string, args: ConfigArguments): Promise<LoadedConfig> {
  const path = resolve(given)
  checkConfigPath(path)
  const overrides = (args.cfgOptions ?? []).map(parseOverride)
  const loaded = await loadProject(dirname(path), args.autoImport)
  const composed = await loadConfig({ path, overrides, workDir: args.workDir }, loaded.modules)
  return { ...loaded, ...composed, path }
}
