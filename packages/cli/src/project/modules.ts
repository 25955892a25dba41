import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti, type Jiti } from 'jiti'
import type { Project } from './project.js'

/** Finds and loads modules as the user's project sees them, TypeScript without a build step too. */
export class ProjectModules {
  readonly #jiti: Jiti
  readonly #place: string

  /** @param place a folder of the project; modules are resolved from there */
  constructor(
    readonly project: Project,
    place = project.folder,
  ) {
    this.#place = pathToFileURL(join(place, 'package.json')).href
    this.#jiti = createJiti(this.#place, {
      interopDefault: false,
      fsCache: false,
      tsconfigPaths: true,
      // Jiti evaluates a package that fails a second time, which would hide why; Node's own import does not.
      nativeModules: Object.keys(project.dependencies),
    })
  }

  /** The URL that `import 'specifier'` means. @param from the file that imports; undefined where there is no such module */
  resolve(specifier: string, from = this.#place): string | undefined {
    return this.#jiti.esmResolve(specifier, { parentURL: from, conditions: ['node', 'import'], try: true })
  }

  /** Imports a package by Node's own way, so that everybody gets the same copy. */
  async importPackage(specifier: string): Promise<object | undefined> {
    const url = this.resolve(specifier)
    return url === undefined ? undefined : import(url)
  }

  /** Imports a file; TypeScript is compiled in memory, its imports of packages are Node's own. */
  async importFile(path: string): Promise<object> {
    return /\.[cm]?tsx?$/.test(path) ? this.#jiti.import<object>(path) : import(pathToFileURL(path).href)
  }
}
