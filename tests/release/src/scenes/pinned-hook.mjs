import { coreVersions, olderEma } from '../core-versions.mjs'
import { expect, expectText } from '../expect.mjs'

const tensorflow = ['@tensorflow/tfjs', '@tensorflow/tfjs-core']

/** @param {import('../project.mjs').Manager} manager @param {boolean} isShort @returns {import('../scene.mjs').Scene} */
const scene = (manager, isShort) => ({
  title: `hook-ema pinned to ${olderEma} while the rest is new, with ${manager}`,
  isShort,
  async act(stage) {
    const project = stage.project(manager, 'two-hooks')
    await project.install(
      '@hookloop/core',
      '@hookloop/hook-checkpoint',
      `@hookloop/hook-ema@${olderEma}`,
      ...tensorflow,
    )
    const core = project.versionOf('@hookloop/core')
    expect(core === stage.release.of('@hookloop/core').version, `core is ${core}`)
    expectText(await project.node('train.mjs'), [`trained with core ${core}, hook-ema ${olderEma}`])
    const { version } = coreVersions.otherApi
    await project.install(`@hookloop/core@${version}`)
    const { code, output } = await project.tryNode('train.mjs')
    expect(code !== 0, 'it trains with a core of another hook API')
    expectText(output, [
      'HL_HOOK_API',
      /@hookloop\/hook-(ema|checkpoint) \d/,
      `@hookloop/core ${version}`,
      'npm install @hookloop/hook-',
    ])
    return `trains with core ${core}; core ${version}, of another hook API, refuses it: ${reasonIn(output)}`
  },
})

export const pinnedHook = [scene('npm', true), scene('pnpm', false)]

/** The sentence of the error. @param {string} output */
function reasonIn(output) {
  return /(@hookloop\/hook-\S+ \S+) \(file[^)]*\) (was written for hook API \d+)/
    .exec(output)
    ?.slice(1)
    .join(' ')
}
