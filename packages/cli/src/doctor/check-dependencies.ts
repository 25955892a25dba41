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
  const problems = [...missing(project), ...tree.filter(isRelated).flatMap(peerProblems)]
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

function peerProblems(one: InstalledPackage): Finding[] {
  return Object.entries(textsOf(one.manifest, 'peerDependencies')).flatMap(([name, range]) => {
    const found = findPackage(name, one.folder)
    if (found === undefined)
      return isOptional(one, name) ? [] : [peerProblem(one, name, range, 'is not installed')]
    // What really decides is the hook API: release candidates are let in.
    const fits =
      semver.validRange(range) === null || semver.satisfies(found.version, range, { includePrerelease: true })
    return fits ? [] : [peerProblem(one, name, range, `is ${found.version} (${found.folder})`)]
  })
}

function peerProblem(
  { name, version }: InstalledPackage,
  peer: string,
  range: string,
  state: string,
): Finding {
  return {
    ...{ topic, status: 'problem', text: `${name} ${version} wants ${peer} ${range}, which ${state}` },
    remedy: `npm install ${peer}@"${range}"; or another version of ${name}: npm install ${name}@latest`,
  }
}

function isOptional({ manifest }: InstalledPackage, peer: string): boolean {
  const meta = manifest.peerDependenciesMeta
  const entry = isPlainObject(meta) ? meta[peer] : undefined
  return isPlainObject(entry) && entry.optional === true
}
