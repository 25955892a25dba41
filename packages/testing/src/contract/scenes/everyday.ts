import type { ContractFinding } from '../finding.js'
import {
  type ContractSubject,
  play,
  type SceneSettings,
  withoutTraining,
  withoutValidation,
} from './scene.js'

/** Runs as people make them, without any other hook: nobody fills the message hub. */
const scenes: readonly SceneSettings[] = [
  {
    name: 'a training without other hooks',
    act: async ({ runner }) => runner.train(),
  },
  {
    name: 'a training without validation',
    adapt: withoutValidation,
    act: async ({ runner }) => runner.train(),
  },
  {
    name: 'a training by iterations',
    mayBeRefused: true,
    adapt: (options) => ({ ...options, trainCfg: { byEpoch: false, maxIters: 6, valInterval: 3 } }),
    act: async ({ runner }) => runner.train(),
  },
  {
    name: 'a validation without training',
    adapt: withoutTraining,
    act: async ({ runner }) => runner.val(),
  },
  {
    name: 'a test without training',
    adapt: withoutTraining,
    act: async ({ runner }) => runner.test(),
  },
]

/** What the hook does wrong where nothing goes wrong. */
export async function everydayFindings(subject: ContractSubject): Promise<ContractFinding[]> {
  const findings: ContractFinding[] = []
  for (const scene of scenes) findings.push(...(await play(subject, scene)).findings)
  return findings
}
