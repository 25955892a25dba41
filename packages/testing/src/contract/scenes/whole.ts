import type { ContractFinding } from '../finding.js'
import type { HookLine, Look } from '../rehearsal.js'
import { type ContractSubject, play, standardCompany } from './scene.js'

/** A training from its begin to its end, and what could be seen at the end. */
export interface WholeTraining {
  readonly look: Look
  readonly lines: readonly HookLine[]
}

/** A training, and after it, where more is wanted, validation, test and training on the same Runner. */
export async function wholeTraining(
  subject: ContractSubject,
  goesOn = false,
): Promise<{ readonly whole: WholeTraining | undefined; readonly findings: readonly ContractFinding[] }> {
  let look: Look | undefined
  const lines: HookLine[] = []
  const rehearsal = await play(subject, {
    name: goesOn ? 'a training, and validation and test after it' : 'a training',
    before: standardCompany(),
    isClose: goesOn,
    act: async (stage) => {
      await stage.runner.train()
      look = await stage.lookAtEnd()
      lines.push(...stage.lines)
      if (!goesOn) return
      await stage.endRun()
      await stage.runner.val()
      await stage.endRun()
      await stage.runner.test()
      await stage.endRun()
      await stage.runner.train()
    },
  })
  return { whole: look === undefined ? undefined : { look, lines }, findings: rehearsal.findings }
}
