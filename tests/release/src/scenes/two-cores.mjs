import { coreVersions } from '../core-versions.mjs'
import { expect, expectText } from '../expect.mjs'

/** @param {import('../project.mjs').Manager} manager @param {boolean} isShort @returns {import('../scene.mjs').Scene} */
const scene = (manager, isShort) => ({
  title: `two copies of core in one tree, with ${manager}`,
  isShort,
  async act(stage) {
    const project = stage.project(manager, 'two-cores')
    // Of core an older version than the one that the hook brings along.
    await project.install(
      `@hookloop/core@${coreVersions.minor.version}`,
      'greedy-hook',
      '@tensorflow/tfjs-core',
    )
    const { code, output } = await project.tryNode('train.mjs')
    expect(code !== 0, 'two cores go unnoticed')
    expectText(output, ['HL_CORE_TWICE', coreVersions.minor.version, coreVersions.major.version])
    const paths = [...new Set(output.match(/file:\S*?core\/dist\/package-info\.js/g) ?? [])]
    expect(paths.length === 2, `the error names ${paths.length} paths:\n${output}`)
    return `HL_CORE_TWICE names ${paths.map((path) => path.slice(path.lastIndexOf(project.folder) + project.folder.length)).join(' and ')}`
  },
})

export const twoCores = [scene('npm', false), scene('pnpm', true)]
