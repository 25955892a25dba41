import { statSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CliError } from '../cli-error.js'
import type { ProjectModules } from '../project/modules.js'
import { similarFile } from '../similar-file.js'
import { type Leftover, leftovers } from './leftovers.js'
import { mergeConfigs } from './merge.js'
import { describeKind, type Fields } from './plain-object.js'
import { configEndings, readConfigFile } from './read-config-file.js'

/** A config that was put together, and what may be wrong with how. */
export interface Composed {
  readonly config: Fields
  readonly leftovers: readonly Leftover[]
}

/** Puts a config file on top of those that it extends, and those on top of theirs. */
export class Composition {
  /** What the files say themselves, the bases first. One that several extend is there once, where it is met first. */
  readonly #layers = new Map<string, Fields>()

  constructor(private readonly modules: ProjectModules) {}

  /** The files that were put together, the bases first. */
  get paths(): string[] {
    return [...this.#layers.keys()]
  }

  /**
   * @param path absolute
   * @throws CliError `HL_CLI_EXTENDS` for circles and for what is not there, naming the files on the way
   */
  async compose(path: string): Promise<Composed> {
    await this.#add(path, [])
    return [...this.#layers].reduce<Composed>(onTop, { config: {}, leftovers: [] })
  }

  async #add(path: string, chain: readonly string[]): Promise<void> {
    const here = [...chain, path]
    if (chain.includes(path)) throw circle(here.slice(here.indexOf(path)))
    if (this.#layers.has(path)) return
    const { extends: bases, ...own } = await readConfigFile(path, this.modules)
    for (const name of namesOf(bases, path)) await this.#add(this.#pathOf(name, here), here)
    this.#layers.set(path, own)
  }

  #pathOf(name: string, chain: readonly string[]): string {
    const from = chain.at(-1) ?? ''
    const isPath = name.startsWith('.') || isAbsolute(name)
    const url = isPath ? undefined : this.modules.resolve(name, pathToFileURL(from).href)
    const path = url === undefined ? resolve(dirname(from), name) : fileURLToPath(url)
    const found = ['', ...configEndings].map((ending) => `${path}${ending}`).find(isFile)
    if (found !== undefined) return found
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

function onTop(below: Composed, [path, layer]: readonly [path: string, layer: Fields]): Composed {
  const config = mergeConfigs(below.config, layer)
  return { config, leftovers: [...below.leftovers, ...leftovers(below.config, config, path)] }
}

function circle(paths: readonly string[]): CliError {
  const text = `these configs extend each other: ${paths.join(' → ')}; take one \`extends\` away`
  return new CliError('HL_CLI_EXTENDS', text)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function namesOf(bases: unknown, path: string): string[] {
  const list: unknown[] = bases === undefined ? [] : Array.isArray(bases) ? bases : [bases]
  if (list.every((name) => typeof name === 'string' && name !== '')) return list.map(String)
  throw new CliError(
    'HL_CLI_EXTENDS',
    `\`extends\` of ${path} is ${describeKind(bases)}; it must be the path of a config, such as './base.ts', or a list of paths`,
  )
}
