import { cp, link, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises'
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

/** Links what lies beside the installed package (pnpm's layout), so that the copy finds its dependencies. */
async function linkDependencies(installed: string, modules: string): Promise<void> {
  const siblings = resolve(installed, '../..')
  for (const name of await readdir(siblings)) {
    const scoped = name.startsWith('@') ? await readdir(join(siblings, name)) : ['']
    for (const part of scoped) {
      const source = join(siblings, name, part)
      const target = join(modules, name, part)
      if (source === installed || name === '.bin') continue
      await mkdir(dirname(target), { recursive: true })
      await symlink(await realpath(source), target)
    }
  }
}

/** The target of each link in a folder, by name. */
export async function linksIn(dir: string): Promise<Record<string, string>> {
  const names = await readdir(dir)
  const targets = names.map(async (name) => [name, await readlink(join(dir, name))] as const)
  return Object.fromEntries(await Promise.all(targets))
}
