import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from './must-run.mjs'
import { otherVersion } from './other-version.mjs'
import { Project } from './project.mjs'
import { publishFolder } from './publish.mjs'

/** What scenes act on: a registry with the next release, and empty folders outside of the workspace. */
export class Stage {
  #folders = 0
  /** What was published besides the release. */
  #others = new Set()

  /**
   * @param {object} parts
   * @param {string} parts.folder
   * @param {string} parts.tools
   * @param {import('./registry.mjs').Registry} parts.registry
   * @param {import('./next-release.mjs').NextRelease} parts.release
   */
  constructor({ folder, tools, registry, release }) {
    this.folder = folder
    this.tools = tools
    this.registry = registry
    this.release = release
  }

  /** A new empty folder. */
  emptyFolder() {
    this.#folders += 1
    const folder = join(this.folder, `user-${this.#folders}`)
    mkdirSync(folder)
    return folder
  }

  /** @param {import('./project.mjs').Manager} manager @param {string} fixture */
  project(manager, fixture) {
    return new Project(this.emptyFolder(), manager, this.registry, fixture)
  }

  /**
   * Publishes a package as another version, as the past did or the future may, unless that is done. `latest` stays the release.
   * @param {string} name @param {Parameters<typeof otherVersion>[2]} change @returns {Promise<string>} `name@version`
   */
  async publishAs(name, change) {
    const specifier = `${name}@${change.version}`
    if (this.#others.has(specifier)) return specifier
    const folder = join(this.emptyFolder(), 'package')
    await publishFolder(otherVersion(this.release.of(name), folder, change), this.registry, 'other')
    this.#others.add(specifier)
    return specifier
  }

  /**
   * Runs a command as a user of the registry; fails unless it ends with 0.
   * @param {string[]} command @param {string} cwd
   */
  mustRun(command, cwd) {
    return mustRun(command, { cwd, env: this.registry.env })
  }
}
