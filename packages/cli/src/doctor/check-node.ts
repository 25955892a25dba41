import semver from 'semver'
import type { Finding } from './finding.js'

/** What the packages of hookloop ask for in `engines`. */
const neededNode = '>=20.19.0'
const triedMajors = [20, 22, 24]

/** @param version such as `20.19.0` */
export function checkNode(version = process.versions.node): Finding {
  const topic = 'node'
  if (!semver.satisfies(version, neededNode, { includePrerelease: true }))
    return {
      ...{ topic, status: 'problem', text: `Node ${version} is too old: ${neededNode} is needed` },
      remedy: `install Node ${triedMajors.at(-1)} or another that is still maintained`,
    }
  if (triedMajors.includes(semver.major(version))) return { topic, status: 'ok', text: `Node ${version}` }
  return {
    ...{ topic, status: 'warning', text: `Node ${version} is none of those that hookloop is tested with` },
    remedy: `should something fail, try Node ${triedMajors.join(', ')}`,
  }
}
