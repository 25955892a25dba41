import { coreVersions } from '../core-versions.mjs'
import { expect, expectText } from '../expect.mjs'

/** As it may have been published before. */
const olderEma = '0.1.1'
/** Written for the next hook API. */
const newerCheckpoint = { version: '0.9.0', hookApi: 2 }
const tensorflow = ['@tensorflow/tfjs', '@tensorflow/tfjs-core']

/** @param {import('../project.mjs').Manager} manager @param {boolean} isShort @returns {import('../scene.mjs').Scene} */
const scene = (manager, isShort) => ({
  title: `hook-ema pinned to ${olderEma} while the rest is new, with ${manager}`,
  isShort,
  async act(stage) {
    const project = stage.project(manager, 'two-hooks')
    const rest = ['@hookloop/core', '@hookloop/hook-checkpoint']
    const pinned = await stage.publishAs('@hookloop/hook-ema', { version: olderEma })
    await project.install(...rest, pinned, ...tensorflow)
    const core = project.versionOf('@hookloop/core')
    expect(core === stage.release.of('@hookloop/core').version, `core is ${core}`)
    expectText(await project.node('train.mjs'), [`trained with core ${core}, hook-ema ${olderEma}`])

    const { version } = coreVersions.otherApi
    const newCore = await stage.publishAs('@hookloop/core', coreVersions.otherApi)
    await project.install(newCore, await stage.publishAs('@hookloop/hook-checkpoint', newerCheckpoint))
    expect(project.versionOf('@hookloop/hook-ema') === olderEma, 'hook-ema is no longer what was pinned')
    const { code, output } = await project.tryNode('train.mjs')
    expect(code !== 0, 'it trains with a core of another hook API')
    expectText(output, [
      'HL_HOOK_API',
      new RegExp(`@hookloop/hook-ema ${olderEma} \\(file:\\S+\\) was written for hook API 1`),
      new RegExp(`@hookloop/core ${version} \\(file:\\S+\\) offers hook API 2`),
      'npm install @hookloop/hook-ema@latest',
    ])
    return `trains with core ${core}; core ${version} refuses it: hook-ema was written for hook API 1, core offers 2, and the remedy`
  },
})

export const pinnedHook = [scene('npm', false), scene('pnpm', true)]
