import { expect, expectText } from '../expect.mjs'

const wanted = ['core', 'hook-checkpoint', 'hook-ema', 'safetensors']

/** @param {import('../project.mjs').Manager} manager @param {boolean} isShort @returns {import('../scene.mjs').Scene} */
const scene = (manager, isShort) => ({
  title: `core and two hooks, with ${manager}`,
  isShort,
  async act(stage) {
    const project = stage.project(manager, 'two-hooks')
    const begin = performance.now()
    const packages = ['@hookloop/core', '@hookloop/hook-checkpoint', '@hookloop/hook-ema']
    await project.install(...packages, '@tensorflow/tfjs', '@tensorflow/tfjs-core')
    const seconds = (performance.now() - begin) / 1000
    const present = project.packagesOfOurs()
    expect(String(present) === String(wanted), `installed were ${present} instead of ${wanted}`)
    expectText(await project.node('train.mjs'), ['trained with core'])
    const { all, ours } = project.sizes()
    return `nothing else of ours (${present.join(', ')}); ${megabytes(ours)} of ours, ${megabytes(all)} in all, in ${seconds.toFixed(1)} s; trains`
  },
})

export const onlyWhatIsNeeded = [scene('npm', false), scene('pnpm', true)]

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
