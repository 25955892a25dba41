import semver from 'semver'
import { isPlainObject } from '../config/plain-object.js'
import { findPackage, type InstalledPackage, textsOf } from '../project/find-package.js'
import type { Project } from '../project/project.js'
import { registersItself } from '../project/registering-packages.js'
import type { Finding } from './finding.js'
import type { TreePackage } from './installed-tree.js'

const topic = 'packages'

/** Whether what the project asks for is there, and whether the peers of hooks and of our packages fit. */
export function checkDependencies(project: Project, tree: readonly TreePackage[]): Finding[] {
  const problems = [...missing(project), ...peerProblems(tree.filter(isRelated))]
  const related = tree.filter(isRelated).length
  const text = `${related} ${related === 1 ? 'package' : 'packages'} of hookloop and hooks, and all their peers fit`
  return problems.length > 0 ? problems : [{ topic, status: 'ok', text }]
}

function isRelated(one: InstalledPackage): boolean {
  return one.name === 'hookloop' || one.name.startsWith('@hookloop/') || registersItself(one)
}

function missing({ folder, dependencies }: Project): Finding[] {
  return Object.keys(dependencies)
    .filter((name) => findPackage(name, folder) === undefined)
    .map((name) => ({
      ...{ topic, status: 'problem', text: `${name} is in package.json, but is not installed` },
      remedy: 'npm install',
    }))
}

/** A peer that does not fit, and who wants it so. */
interface Misfit {
  readonly peer: string
  readonly range: string
  /** Such as `is not installed`. */
  readonly state: string
  readonly users: InstalledPackage[]
}

/** Packages that want the same are told of together. */
function peerProblems(packages: readonly InstalledPackage[]): Finding[] {
  const misfits = new Map<string, Misfit>()
  for (const user of packages) {
    for (const [peer, range] of Object.entries(textsOf(user.manifest, 'peerDependencies'))) {
      const state = stateOf(user, peer, range)
      if (state === undefined) continue
      const key = JSON.stringify([peer, range, state])
      const misfit = misfits.get(key) ?? { peer, range, state, users: [] }
      misfit.users.push(user)
      misfits.set(key, misfit)
    }
  }
  return [...misfits.values()].map(peerProblem)
}

/** What is wrong with a peer; undefined where it fits. */
function stateOf(user: InstalledPackage, peer: string, range: string): string | undefined {
  const found = findPackage(peer, user.folder)
  if (found === undefined) return isOptional(user, peer) ? undefined : 'is not installed'
  if (semver.validRange(range) === null) return undefined
  // What really decides is the hook API: release candidates are let in.
  const fits = semver.satisfies(found.version, range, { includePrerelease: true })
  return fits ? undefined : `is ${found.version} (${found.folder})`
}

function peerProblem({ peer, range, state, users }: Misfit): Finding {
  const names = users
    .map(({ name, version }) => `${name} ${version}`)
    .sort()
    .join(', ')
  const newer = users.map(({ name }) => `${name}@latest`).join(' ')
  return {
    ...{
      topic,
      status: 'problem',
      text: `${peer} ${state}, but ${names} ${users.length > 1 ? 'want' : 'wants'} ${range}`,
    },
    remedy: `npm install ${peer}@"${range}"; or other versions of those that want it: npm install ${newer}`,
  }
}

function isOptional({ manifest }: InstalledPackage, peer: string): boolean {
  const meta = manifest.peerDependenciesMeta
  const entry = isPlainObject(meta) ? meta[peer] : undefined
  return isPlainObject(entry) && entry.optional === true
}
