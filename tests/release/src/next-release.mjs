import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeStalePackageInfos } from '../../../scripts/lib/package-infos.mjs'
import { pnpm, root } from '../../../scripts/lib/run.mjs'
import { mustRun } from './must-run.mjs'
import { versionPackages } from './version-packages.mjs'

/**
 * A package as it would be published.
 * @typedef {object} PackedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} tarball
 * @property {string} folder what is in the tarball
 */

/**
 * The next release, made in a copy of the workspace: versions and release notes by changesets, then packed.
 * @typedef {object} NextRelease
 * @property {string} workspace the copy
 * @property {PackedPackage[]} packages
 * @property {(name: string) => PackedPackage} of
 */

/**
 * What is built must be up to date.
 * @param {string} folder for the copy and the tarballs
 * @returns {Promise<NextRelease>}
 */
export async function nextRelease(folder) {
  const workspace = join(folder, 'workspace')
  await copyWorkspace(workspace)
  await mustRun(
    [...pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts', ...released],
    { cwd: workspace },
  )
  await versionPackages(workspace)
  // The compiler leaves these lines as they are, so nothing needs to be built anew.
  writeStalePackageInfos(workspace, 'dist/package-info.js')
  const packages = await pack(workspace, join(folder, 'packed'))
  return {
    workspace,
    packages,
    of: (name) => packages.find((one) => one.name === name) ?? fail(`${name} is not among the packages`),
  }
}

const released = ['--filter', './packages/*', '--filter', 'hookloop-workspace']

/** With the history, from which changesets takes the commits of release notes, and with what is not committed yet. */
async function copyWorkspace(workspace) {
  await mustRun(['git', 'clone', '--quiet', '--shared', '--no-checkout', root, workspace])
  const listed = await mustRun(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  const wanted = /^(\.changeset\/|packages\/|(tests|examples|benchmarks)\/[^/]+\/package\.json$|[^/]+$)/
  for (const path of listed.split('\0')) {
    const source = join(root, path)
    if (path === '' || !wanted.test(path) || !existsSync(source)) continue
    mkdirSync(dirname(join(workspace, path)), { recursive: true })
    cpSync(source, join(workspace, path))
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    const dist = join(root, 'packages', name, 'dist')
    if (existsSync(dist)) cpSync(dist, join(workspace, 'packages', name, 'dist'), { recursive: true })
  }
}

/** @param {string} workspace @param {string} target @returns {Promise<PackedPackage[]>} */
async function pack(workspace, target) {
  mkdirSync(target)
  await mustRun([...pnpm, '-r', '--filter', './packages/*', 'pack', '--pack-destination', target], {
    cwd: workspace,
  })
  const tarballs = readdirSync(target).map((name) => join(target, name))
  return Promise.all(tarballs.map(unpack))
}

/** @param {string} tarball @returns {Promise<PackedPackage>} */
async function unpack(tarball) {
  const folder = join(dirname(tarball), basename(tarball, '.tgz'))
  mkdirSync(folder)
  await mustRun(['tar', '-xzf', tarball, '-C', folder, '--strip-components', '1'])
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return { name, version, tarball, folder }
}

/** @param {string} message @returns {never} */
function fail(message) {
  throw new Error(message)
}
