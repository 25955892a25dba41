import { existsSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CliError } from '../cli-error.js'
import type { ProjectModules } from '../project/modules.js'
import { similarFile } from '../similar-file.js'
import { mergeConfigs } from './merge.js'
import { describeKind, type Fields } from './plain-object.js'
import { configEndings, readConfigFile } from './read-config-file.js'

/** Puts a config file on top of those that it extends, and those on top of theirs. */
export class Composition {
  readonly #modules: ProjectModules
  // A file that two others extend is read once, so that its datasets are made once.
  readonly #files = new Map<string, Promise<Fields>>()

  constructor(modules: ProjectModules) {
    this.#modules = modules
  }

  /** The files that were read, the bases first. */
  get paths(): string[] {
    return [...this.#files.keys()].reverse()
  }

  /**
   * @param path absolute
   * @throws CliError `HL_CLI_EXTENDS` for circles and for what is not there, naming the files on the way
   */
  compose(path: string): Promise<Fields> {
    return this.#composed(path, [])
  }

  async #composed(path: string, chain: readonly string[]): Promise<Fields> {
    const here = [...chain, path]
    if (chain.includes(path))
      throw new CliError(
        'HL_CLI_EXTENDS',
        `these configs extend each other: ${here.slice(here.indexOf(path)).join(' → ')}; take one \`extends\` away`,
      )
    const { extends: bases, ...own } = await this.#read(path)
    let base: Fields = {}
    for (const name of namesOf(bases, path))
      base = mergeConfigs(base, await this.#composed(this.#pathOf(name, here), here))
    return mergeConfigs(base, own)
  }

  #read(path: string): Promise<Fields> {
    const reading = this.#files.get(path) ?? readConfigFile(path, this.#modules)
    this.#files.set(path, reading)
    return reading
  }

  #pathOf(name: string, chain: readonly string[]): string {
    const from = chain.at(-1) ?? ''
    const isPath = name.startsWith('.') || isAbsolute(name)
    const url = isPath ? undefined : this.#modules.resolve(name, pathToFileURL(from).href)
    const path = url === undefined ? resolve(dirname(from), name) : fileURLToPath(url)
    if (existsSync(path)) return path
    const origin = chain.length > 1 ? ` (on the way ${chain.join(' → ')})` : ''
    const remedy = isPath
      ? similarFile(path, configEndings)
      : '; it is neither a package that is installed nor a file, whose path begins with ./'
    throw new CliError(
      'HL_CLI_EXTENDS',
      `${from} extends '${name}', but there is no ${path}${origin}${remedy}`,
    )
  }
}

function namesOf(bases: unknown, path: string): string[] {
  const list: unknown[] = bases === undefined ? [] : Array.isArray(bases) ? bases : [bases]
  if (list.every((name) => typeof name === 'string' && name !== '')) return list.map(String)
  throw new CliError(
    'HL_CLI_EXTENDS',
    `\`extends\` of ${path} is ${describeKind(bases)}; it must be the path of a config, such as './base.ts', or a list of paths`,
  )
}
