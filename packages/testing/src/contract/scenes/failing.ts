import { FailAt, FailStep } from '../company/fail.js'
import type { ContractFinding } from '../finding.js'
import { type ContractSubject, play, type SceneSettings, standardCompany } from './scene.js'

/** What the hook does wrong where something else goes wrong. */
export async function failingFindings(subject: ContractSubject): Promise<ContractFinding[]> {
  const findings: ContractFinding[] = []
  for (const scene of scenes())
    findings.push(...(await play(subject, { ...scene, somethingFails: true })).findings)
  return findings
}

const train: SceneSettings['act'] = async ({ runner }) => runner.train()

function scenes(): SceneSettings[] {
  return [
    {
      name: 'a run in which another hook fails in beforeRun',
      before: [new FailAt('beforeRun', 0), ...standardCompany()],
      act: train,
    },
    {
      name: 'a training in which the first step fails',
      before: [new FailStep('trainStep', 0), ...standardCompany()],
      act: train,
    },
    {
      name: 'a training in which another hook fails in afterTrainIter',
      before: [new FailAt('afterTrainIter', 5), ...standardCompany()],
      act: train,
    },
    {
      name: 'a training in which the storage fails',
      before: standardCompany(),
      isStorageFailing: true,
      act: train,
    },
  ]
}
