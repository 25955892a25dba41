import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../scripts/lib/run.mjs'

/**
 * The checks of a package that others could have written, against core as it would be published.
 * @type {import('../scene.mjs').Scene}
 */
const withPackedCore = {
  title: 'the example of a third-party hook, with core packed and not yet published',
  isShort: false,
  async act(stage) {
    const folder = stage.emptyFolder()
    const source = join(root, 'examples', 'third-party-hook')
    const isOwn = (/** @type {string} */ path) => !/[/\\](node_modules|dist)$|test-results/.test(path)
    cpSync(source, folder, { recursive: true, filter: isOwn })
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    writeFileSync(join(folder, 'package.json'), JSON.stringify(withTarballs(manifest, stage.release)))
    await stage.mustRun(['npm', 'install'], folder)
    await stage.mustRun(['npm', 'run', 'check'], folder)
    const { version } = stage.release.of('@hookloop/core')
    return `hookloop-gradient-statistics passes lint, types, tests, build and publint with core ${version}`
  },
}

export const exampleBeforeRelease = [withPackedCore]

/**
 * The manifest as it would stand outside of our workspace, with our packages as tarballs.
 * @param {Record<'scripts' | 'dependencies' | 'devDependencies', Record<string, string>>} manifest
 * @param {import('../next-release.mjs').NextRelease} release
 */
function withTarballs(manifest, release) {
  // What a new hook gets: a release writes these versions into create-hook's own manifest.
  const { folder } = release.of('@hookloop/create-hook')
  const made = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const versions = { ...made.dependencies, ...made.devDependencies }
  const versionOf = (/** @type {string} */ name) =>
    name.startsWith('@hookloop/') ? `file:${release.of(name).tarball}` : (versions[name] ?? '*')
  const filled = (/** @type {Record<string, string>} */ dependencies) =>
    Object.fromEntries(Object.keys(dependencies).map((name) => [name, versionOf(name)]))
  return {
    ...manifest,
    // In our workspace its tests run with the workspace's settings.
    scripts: { ...manifest.scripts, test: 'vitest run' },
    dependencies: filled(manifest.dependencies),
    // Core's own dependency is not published either.
    devDependencies: filled({ ...manifest.devDependencies, '@hookloop/safetensors': '' }),
  }
}
