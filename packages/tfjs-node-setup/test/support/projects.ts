import { cp, link, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { locateTfjsNode } from '../../src/locate.js'

/** A project with tfjs-node as a package manager lays it out, without its native parts. */
export interface Project {
  readonly dir: string
  /** The real folder of tfjs-node. */
  readonly tfjsNodeDir: string
}

/** npm: the package is a plain folder, its dependencies lie beside it. */
export async function npmProject(dir: string): Promise<Project> {
  const modules = join(dir, 'node_modules')
  const tfjsNodeDir = join(modules, '@tensorflow', 'tfjs-node')
  const installed = await installedTfjsNode()
  await copyPackage(installed, tfjsNodeDir)
  await linkDependencies(installed, modules)
  return { dir, tfjsNodeDir }
}

/**
 * pnpm: the package lies in `node_modules/.pnpm`, its files are hard links into a store (here `dir/store`), and
 * a link leads to it.
 */
export async function pnpmProject(dir: string): Promise<Project & { storeDir: string }> {
  const storeDir = join(dir, 'store')
  const modules = join(dir, 'node_modules', '.pnpm', '@tensorflow+tfjs-node@4.22.0', 'node_modules')
  const tfjsNodeDir = join(modules, '@tensorflow', 'tfjs-node')
  const installed = await installedTfjsNode()
  await copyPackage(installed, storeDir)
  await hardLinkTree(storeDir, tfjsNodeDir)
  await linkDependencies(installed, modules)
  await mkdir(join(dir, 'node_modules', '@tensorflow'), { recursive: true })
  await symlink(tfjsNodeDir, join(dir, 'node_modules', '@tensorflow', 'tfjs-node'))
  return { dir, tfjsNodeDir, storeDir }
}

async function installedTfjsNode(): Promise<string> {
  return (await locateTfjsNode(resolve(import.meta.dirname, '../..'))).dir
}

const nativeParts = new Set(['deps', 'lib', 'node_modules'])

async function copyPackage(from: string, to: string): Promise<void> {
  const isOfThePackage = (file: string) => {
    const name = basename(file)
    return dirname(file) !== from || (!nativeParts.has(name) && !name.startsWith('.hookloop'))
  }
  await cp(from, to, { recursive: true, filter: isOfThePackage })
}

async function hardLinkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    await (entry.isDirectory() ? hardLinkTree(source, target) : link(source, target))
  }
}

/** Links what the installed package (in pnpm's layout) finds beside it and, without naming it, tfjs-core. */
async function linkDependencies(installed: string, modules: string): Promise<void> {
  const siblings = resolve(installed, '../..')
  for (const name of await packagesIn(siblings)) {
    if (join(siblings, name) !== installed) await linkPackage(join(siblings, name), join(modules, name))
  }
  const tfjsCore = createRequire(join(installed, 'dist/')).resolve('@tensorflow/tfjs-core/package.json')
  await linkPackage(dirname(tfjsCore), join(modules, '@tensorflow', 'tfjs-core'))
}

async function packagesIn(modules: string): Promise<string[]> {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'))
  const packages = names.map(async (name) => {
    if (!name.startsWith('@')) return [name]
    return (await readdir(join(modules, name))).map((part) => join(name, part))
  })
  return (await Promise.all(packages)).flat()
}

async function linkPackage(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  await symlink(await realpath(source), target)
}

/** The target of each link in a folder, by name. */
export async function linksIn(dir: string): Promise<Record<string, string>> {
  const names = await readdir(dir)
  const targets = names.map(async (name) => [name, await readlink(join(dir, name))] as const)
  return Object.fromEntries(await Promise.all(targets))
}
