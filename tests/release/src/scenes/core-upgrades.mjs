import { coreVersions } from '../core-versions.mjs'
import { expect, expectText } from '../expect.mjs'

const hooks = ['@hookloop/hook-checkpoint', '@hookloop/hook-ema']
const tensorflow = ['@tensorflow/tfjs', '@tensorflow/tfjs-core']

/** A project with what is released now. @param {import('../stage.mjs').Stage} stage @param {import('../project.mjs').Manager} manager */
async function released(stage, manager) {
  const project = stage.project(manager, 'two-hooks')
  await project.install('@hookloop/core', ...hooks, ...tensorflow)
  return project
}

/** @param {import('../project.mjs').Project} project @param {string} version */
async function expectTraining(project, version) {
  expectText(await project.node('train.mjs'), [`trained with core ${version}`])
}

/** @param {import('../project.mjs').Manager} manager @returns {import('../scene.mjs').Scene[]} */
const scenes = (manager) => [
  {
    title: `core goes up by a minor, then by a major that leaves the hook API alone, with ${manager}`,
    isShort: false,
    async act(stage) {
      const project = await released(stage, manager)
      const before = hooks.map((hook) => project.versionOf(hook))
      for (const change of [coreVersions.minor, coreVersions.major]) {
        await project.install(await stage.publishAs('@hookloop/core', change))
        await expectTraining(project, change.version)
      }
      const after = hooks.map((hook) => project.versionOf(hook))
      expect(String(after) === String(before), `the hooks went from ${before} to ${after}`)
      return `hooks published before install and run unchanged with ${coreVersions.minor.version} and ${coreVersions.major.version}`
    },
  },
  {
    title: `core changes the hook API, with ${manager}`,
    isShort: false,
    async act(stage) {
      const { version } = coreVersions.outOfRange
      const newCore = await stage.publishAs('@hookloop/core', coreVersions.outOfRange)
      const upgraded = await released(stage, manager)
      const upgrade = await upgraded.tryInstall(newCore)
      expect(upgrade.code === 0, `${manager} refuses to go on to core ${version}:\n${upgrade.output}`)
      if (manager === 'npm') expectText(upgrade.output, ['ERESOLVE overriding peer dependency'])
      const { code, output } = await upgraded.tryNode('train.mjs')
      expect(code !== 0, `it trains with core ${version}`)
      expectText(output, ['HL_HOOK_API', `@hookloop/core ${version}`, 'npm install @hookloop/hook-'])
      const upgradeTold = `${manager} warns of peers and installs ${version}, and importing a hook ends in HL_HOOK_API`
      if (manager === 'pnpm') return upgradeTold
      const fresh = stage.project(manager, 'two-hooks')
      const refused = await fresh.tryInstall(newCore, ...hooks, '@tensorflow/tfjs-core')
      expect(refused.code !== 0, `npm installs core ${version} beside hooks that it does not fit`)
      expectText(refused.output, ['ERESOLVE', /peer @hookloop\/core@.* from @hookloop\/hook-/])
      return `${upgradeTold}; together from scratch npm refuses them (ERESOLVE)`
    },
  },
  {
    title: `a release candidate of core with the next hook API, with ${manager}`,
    isShort: false,
    async act(stage) {
      const project = await released(stage, manager)
      const { version } = coreVersions.candidate
      await project.install(await stage.publishAs('@hookloop/core', coreVersions.candidate))
      await expectTraining(project, version)
      return `hooks of the API before load and train with ${version}`
    },
  },
]

export const coreUpgrades = [...scenes('npm'), ...scenes('pnpm')]
