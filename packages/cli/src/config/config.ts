import { basename, extname } from 'node:path'
import type { ProjectModules } from '../project/modules.js'
import { Composition } from './compose.js'
import { applyOverrides, type Override } from './overrides.js'
import type { Fields } from './plain-object.js'

/** What the command line adds to a config file. */
export interface ConfigRequest {
  /** Absolute path. */
  readonly path: string
  readonly overrides: readonly Override[]
  /** Wins over the config's. */
  readonly workDir?: string | undefined
}

/**
 * A config as the Runner gets it: the file on top of what it extends, then `--cfg-options`, then the options of the command.
 * Nothing of it is checked here; the Runner does, as a whole.
 */
export async function loadConfig(
  { path, overrides, workDir }: ConfigRequest,
  modules: ProjectModules,
): Promise<Fields> {
  const composed = applyOverrides(await new Composition(modules).compose(path), overrides)
  // No option of a Runner can be null, and JSON has no `undefined` to take one of a base away.
  const config = Object.fromEntries(Object.entries(composed).filter(([, value]) => value !== null))
  return { ...config, workDir: workDir ?? config.workDir ?? workDirOf(path) }
}

/** `work_dirs/<name of the config>`, as in MMEngine. */
function workDirOf(path: string): string {
  return `work_dirs/${basename(path, extname(path))}`
}
