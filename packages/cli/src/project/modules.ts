import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { findPackage } from './find-package.js'
import type { Project } from './project.js'

/** Finds and loads modules as the user's project sees them, TypeScript without a build step too. */
export class ProjectModules {
  /** @param place a folder of the project; modules are resolved from there */
  constructor(
    readonly project: Project,
    readonly place = project.folder,
  ) {}

  /** The URL that `import 'specifier'` means. @param from the file that imports; undefined where there is no such module */
  resolve(specifier: string, from = this.#url): string | undefined {
    const conditions = ['node', 'import']
    return createJiti(this.#url).esmResolve(specifier, { parentURL: from, conditions, try: true })
  }

  /** Imports a package by Node's own way, so that everybody gets the same copy; undefined where it is not installed. */
  async importPackage(name: string): Promise<object | undefined> {
    // NODE_PATH, which pnpm sets for programs, would show packages that are not the project's.
    const url = findPackage(name, this.place) && this.resolve(name)
    return url === undefined ? undefined : this.importFile(fileURLToPath(url))
  }

  /** Imports a file; TypeScript is compiled in memory, its imports of packages are Node's own. */
  async importFile(path: string): Promise<object> {
    return /\.[cm]?tsx?$/.test(path) ? this.#importTypeScript(path) : import(pathToFileURL(path).href)
  }

  get #url(): string {
    return pathToFileURL(join(this.place, 'package.json')).href
  }

  #importTypeScript(path: string): Promise<object> {
    const jiti = createJiti(this.#url, {
      ...{ interopDefault: false, fsCache: false, tsconfigPaths: true },
      // Jiti evaluates a package that fails a second time, which would hide why; Node's own import does not.
      nativeModules: Object.keys(this.project.dependencies),
    })
    return jiti.import<object>(path)
  }
}
