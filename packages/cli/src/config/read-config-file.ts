import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { CliError } from '../cli-error.js'
import type { ProjectModules } from '../project/modules.js'
import { similarFile } from '../similar-file.js'
import { isCoded, reasonOf } from '../terminal/error-text.js'
import { describeKind, type Fields, isPlainObject } from './plain-object.js'

/** How the names of configs end. */
export const configEndings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']

/** @throws CliError `HL_CLI_CONFIG_MISSING`, `HL_CLI_CONFIG_KIND` where no config can be at a path */
export function checkConfigPath(path: string): void {
  if (!existsSync(path))
    throw new CliError('HL_CLI_CONFIG_MISSING', `there is no file ${path}${similarFile(path, configEndings)}`)
  if (!configEndings.includes(extname(path)))
    throw new CliError(
      'HL_CLI_CONFIG_KIND',
      `${path} is no config; configs end with ${configEndings.join(', ')}`,
    )
}

/**
 * What a config file says: what it exports by default or, where that is a function, what the function returns.
 * @throws CliError as {@link checkConfigPath}, `HL_CLI_CONFIG_LOAD`, `HL_CLI_CONFIG_EXPORT`; what the file throws where that
 * has a code of ours
 */
export async function readConfigFile(path: string, modules: ProjectModules): Promise<Fields> {
  checkConfigPath(path)
  const value = await explained(path, () => exportOf(path, modules))
  if (isPlainObject(value)) return value
  throw new CliError('HL_CLI_CONFIG_EXPORT', `${path} ${whatElse(value)}`)
}

async function exportOf(path: string, modules: ProjectModules): Promise<unknown> {
  if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8'))
  const exported = defaultOf(await modules.importFile(path))
  return typeof exported === 'function' && !isClass(exported) ? exported() : exported
}

/** CommonJS that was compiled from `export default` has it one step further in. */
function defaultOf(module: object): unknown {
  const exported: unknown = Reflect.get(module, 'default')
  const isCompiled = isPlainObject(exported) && exported.__esModule === true && 'default' in exported
  return isCompiled ? exported.default : exported
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}

async function explained<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (cause) {
    if (isCoded(cause)) throw cause
    throw new CliError('HL_CLI_CONFIG_LOAD', `${path} could not be loaded: ${reasonOf(cause)}`, { cause })
  }
}

function whatElse(value: unknown): string {
  if (value === undefined)
    return 'exports nothing by default; it needs `export default { … }`, the options of a Runner or a function that returns them'
  const remedy =
    typeof value === 'object' && value !== null && 'train' in value
      ? 'export the options of the Runner in its place; the command line makes the Runner'
      : 'it must export the options of a Runner, or a function that returns them'
  return `exports ${describeKind(value)}; ${remedy}`
}
