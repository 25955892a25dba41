import { basename, extname } from 'node:path'
import type { ProjectModules } from '../project/modules.js'
import { type Composed, Composition } from './compose.js'
import { leftovers, overridesName } from './leftovers.js'
import { applyOverrides, type Override } from './overrides.js'

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
): Promise<Composed> {
  const below = await new Composition(modules).compose(path)
  const composed = applyOverrides(below.config, overrides)
  // No option of a Runner can be null, and JSON has no `undefined` to take one of a base away.
  const config = Object.fromEntries(Object.entries(composed).filter(([, value]) => value !== null))
  return {
    config: { ...config, workDir: workDir ?? config.workDir ?? workDirOf(path) },
    leftovers: [...below.leftovers, ...leftovers(below.config, composed, overridesName)],
  }
}

/** `work_dirs/<name of the config>`, as in MMEngine. */
function workDirOf(path: string): string {
  return `work_dirs/${basename(path, extname(path))}`
}
