import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import esbuild from '@size-limit/esbuild'
import file from '@size-limit/file'
import sizeLimit from 'size-limit'
import { root } from '../../../scripts/lib/run.mjs'

const core = '@hookloop/core'

/**
 * How many bytes a page loads more for each package: minified, brotli. TensorFlow.js does not count, and neither do core
 * and what core brings along (valibot, safetensors), except in core's own figure; every other dependency does.
 * @param {string[]} nodeOnly names of packages that no page loads
 * @returns {Promise<{ name: string, bytes: number }[]>}
 */
export async function measure(nodeOnly) {
  const packages = readPackages()
  const brought = Object.keys(packages.find(({ manifest }) => manifest.name === core).manifest.dependencies)
  const measured = packages.filter(({ manifest }) => !nodeOnly.includes(manifest.name))
  const results = await sizeLimit([esbuild, file], {
    checks: measured.map((one) => checkOf(one, brought)),
  })
  return measured.map(({ manifest: { name } }, i) => ({ name, bytes: results[i].size }))
}

function readPackages() {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  return folders
    .map((folder) => ({ folder, manifestPath: join(folder, 'package.json') }))
    .filter(({ manifestPath }) => existsSync(manifestPath))
    .map(({ folder, manifestPath }) => ({
      folder,
      manifest: JSON.parse(readFileSync(manifestPath, 'utf8')),
    }))
}

// A page that imports the package by its name, so that its exports map is followed.
function checkOf({ folder, manifest: { name, peerDependencies = {} } }, brought) {
  return {
    files: [],
    ignore: ['@tensorflow/*', ...Object.keys(peerDependencies), ...(core in peerDependencies ? brought : [])],
    modifyEsbuildConfig: (config) => ({
      ...config,
      format: 'esm',
      // With it a `node:` import is an error.
      platform: 'browser',
      stdin: { contents: `export * from '${name}'`, resolveDir: folder },
    }),
  }
}
