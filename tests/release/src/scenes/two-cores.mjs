import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coreVersions } from '../core-versions.mjs'
import { expect, expectText } from '../expect.mjs'
import { publishFolder } from '../publish.mjs'

const greedyHook = fileURLToPath(new URL('../../fixtures/greedy-hook', import.meta.url))

/** @type {import('../scene.mjs').Scene} */
const scene = {
  title: 'two copies of core in one tree, because a hook brings its own, with npm and pnpm',
  isShort: true,
  async act(stage) {
    await publishGreedyHook(stage)
    const results = [await pathsTold(stage, 'npm'), await pathsTold(stage, 'pnpm')]
    return `HL_CORE_TWICE names ${results.map((paths) => paths.join(' and ')).join('; ')}`
  },
}

export const twoCores = [scene]

/** A hook that has core among its dependencies instead of its peers. @param {import('../stage.mjs').Stage} stage */
async function publishGreedyHook(stage) {
  const folder = join(stage.emptyFolder(), 'greedy-hook')
  cpSync(greedyHook, folder, { recursive: true })
  await stage.publishAs('@hookloop/core', coreVersions.otherApi)
  await stage.mustRun(
    ['npm', 'pkg', 'set', `dependencies.@hookloop/core=${coreVersions.otherApi.version}`],
    folder,
  )
  await publishFolder(folder, stage.registry)
}

/**
 * The places of both cores, relative to the project, as the error names them.
 * @param {import('../stage.mjs').Stage} stage @param {import('../project.mjs').Manager} manager
 */
async function pathsTold(stage, manager) {
  const project = stage.project(manager, 'two-cores')
  const { version } = stage.release.of('@hookloop/core')
  await project.install(`@hookloop/core@${version}`, 'greedy-hook', '@tensorflow/tfjs-core')
  const { code, output } = await project.tryNode('train.mjs')
  expect(code !== 0, 'two cores go unnoticed')
  expectText(output, [
    'HL_CORE_TWICE',
    `version ${version} at`,
    `version ${coreVersions.otherApi.version} at`,
  ])
  const urls = new Set(output.match(/file:\S*?core\/dist\/package-info\.js/g))
  expect(urls.size === 2, `the error names ${urls.size} paths:\n${output}`)
  return [...urls].map((url) => url.slice(url.indexOf('node_modules')).replace('/dist/package-info.js', ''))
}
