import { findPackage, type InstalledPackage, textsOf } from '../project/find-package.js'
import { installedDependencies, type Project } from '../project/project.js'

/** A package of a project, wherever it comes from. */
export interface TreePackage extends InstalledPackage {
  /** The packages that see this copy; the project itself is not among them. */
  readonly users: string[]
}

const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const

/** Every copy of every package that a project's code can meet, as Node finds them, by real folder. */
export function installedTree(project: Project): TreePackage[] {
  const tree = new Map<string, TreePackage>()
  const waiting = installedDependencies(project).map((found) => ({ found, user: '' }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { found, user } = next
    const known = tree.get(found.folder)
    const one = known ?? { ...found, users: [] }
    if (user !== '') one.users.push(user)
    if (known !== undefined) continue
    tree.set(found.folder, one)
    for (const name of kinds.flatMap((kind) => Object.keys(textsOf(found.manifest, kind)))) {
      const needed = findPackage(name, found.folder)
      if (needed !== undefined) waiting.push({ found: needed, user: `${found.name} ${found.version}` })
    }
  }
  return [...tree.values()]
}
