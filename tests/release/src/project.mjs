import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm, run } from '../../../scripts/lib/run.mjs'
import { mustRun } from './must-run.mjs'

/** @typedef {'npm' | 'pnpm'} Manager */

/** A project of a user, outside of the workspace. */
export class Project {
  /**
   * @param {string} folder is made, with the files of the fixture
   * @param {Manager} manager
   * @param {import('./registry.mjs').Registry} registry
   * @param {string} fixture a folder below tests/release/fixtures
   */
  constructor(folder, manager, registry, fixture) {
    this.folder = folder
    this.manager = manager
    this.registry = registry
    mkdirSync(folder, { recursive: true })
    cpSync(fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url)), folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
    // pnpm ends with an error on install scripts that nobody decided on.
    if (manager === 'pnpm')
      writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'allowBuilds:\n  core-js: false\n')
  }

  /** @param {...string} packages with or without versions @returns {Promise<string>} what was printed */
  install(...packages) {
    return mustRun(this.#installation(packages), this.#surroundings())
  }

  /** As {@link install}, where it may be refused. @param {...string} packages */
  tryInstall(...packages) {
    return run(this.#installation(packages), this.#surroundings())
  }

  /** @param {...string} args of Node @returns {Promise<string>} what was printed */
  node(...args) {
    return mustRun([process.execPath, ...args], this.#surroundings())
  }

  /** As {@link node}, where it may fail. @param {...string} args */
  tryNode(...args) {
    return run([process.execPath, ...args], this.#surroundings())
  }

  /** Names of the installed packages of ours, transitive ones included. */
  packagesOfOurs() {
    const store = join(this.folder, 'node_modules', '.pnpm')
    if (this.manager === 'npm') return sorted(readdirSync(join(this.folder, 'node_modules', '@hookloop')))
    const own = readdirSync(store).filter((name) => name.startsWith('@hookloop+'))
    return sorted(own.map((name) => /^@hookloop\+([^@]+)@/.exec(name)?.[1] ?? name))
  }

  /** @param {string} name of an installed package @returns {string} its version */
  versionOf(name) {
    return JSON.parse(readFileSync(join(this.folder, 'node_modules', name, 'package.json'), 'utf8')).version
  }

  /** What everything that is installed takes, and what of it is ours, in bytes. */
  sizes() {
    const modules = join(this.folder, 'node_modules')
    const ours = this.manager === 'npm' ? join(modules, '@hookloop') : join(modules, '.pnpm')
    return {
      all: bytesIn(modules, () => true),
      ours: bytesIn(ours, (path) => path.includes('@hookloop')),
    }
  }

  /** @param {string[]} packages */
  #installation(packages) {
    return this.manager === 'npm' ? ['npm', 'install', ...packages] : [...pnpm, 'add', ...packages]
  }

  #surroundings() {
    return { cwd: this.folder, env: this.registry.env }
  }
}

/** @param {string[]} names */
function sorted(names) {
  return [...new Set(names)].sort()
}

/** Symbolic links are not followed. @param {string} folder @param {(path: string) => boolean} counts @returns {number} */
function bytesIn(folder, counts) {
  let bytes = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && counts(path)) bytes += statSync(path).size
  }
  return bytes
}
