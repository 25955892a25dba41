import type { Hook } from '@hookloop/core'
import { Neighbour } from '../company/neighbour.js'
import { RuntimeValues } from '../company/standard-values.js'
import type { ContractFinding } from '../finding.js'
import { differences } from '../portrait.js'
import type { Look } from '../rehearsal.js'
import { shortened } from './place-name.js'
import { type ContractSubject, play } from './scene.js'

/** What hangs on whether another hook of the same priority comes before or after. */
export async function orderFindings(
  subject: ContractSubject,
  priority: Hook['priority'],
): Promise<ContractFinding[]> {
  const before = await withNeighbour(subject, priority, 'before')
  const after = await withNeighbour(subject, priority, 'after')
  const [failsBefore, failsAfter] = [before, after].map(({ findings }) => findings.filter(isFailure))
  const onlyBefore = (failsBefore ?? []).filter((finding) => !includes(failsAfter, finding))
  const onlyAfter = (failsAfter ?? []).filter((finding) => !includes(failsBefore, finding))
  const failures = [
    ...onlyBefore.map((finding) => failing(finding, 'before')),
    ...onlyAfter.map((finding) => failing(finding, 'after')),
  ]
  const others = [...before.findings, ...after.findings].filter((finding) => !isFailure(finding))
  return [...others, ...(failures.length > 0 ? failures : fieldFindings(before.look, after.look, subject))]
}

async function withNeighbour(subject: ContractSubject, priority: Hook['priority'], side: 'before' | 'after') {
  const neighbour = new Neighbour(priority)
  let look: Look | undefined
  const { findings } = await play(subject, {
    name: `a training in which another hook of its priority comes ${side} it`,
    before: [new RuntimeValues(), ...(side === 'before' ? [neighbour] : [])],
    after: side === 'after' ? [neighbour] : [],
    act: async (stage) => {
      await stage.runner.train()
      look = await stage.lookAtEnd()
    },
  })
  return { look, findings }
}

function isFailure({ check }: ContractFinding): boolean {
  return check === 'errors' || check === 'hubKeys'
}

function includes(findings: readonly ContractFinding[] | undefined, { subject }: ContractFinding): boolean {
  return findings?.some((finding) => finding.subject === subject) === true
}

function failing({ subject, message }: ContractFinding, side: 'before' | 'after'): ContractFinding {
  return {
    check: 'order',
    subject,
    message: `${message}. With that hook ${side === 'before' ? 'after' : 'before'} it, all is well: ${remedy}`,
  }
}

const remedy =
  "among equals the order is that of registration, which is not the hook's. Give it another priority, or let users say `before` " +
  'or `after` in the config'

function fieldFindings(before: Look | undefined, after: Look | undefined, { isTransient }: ContractSubject) {
  if (before === undefined || after === undefined) return []
  return differences(before.fields, after.fields)
    .filter(({ path }) => !isTransient(path))
    .map(
      ({ path, first, second }): ContractFinding => ({
        check: 'order',
        subject: path,
        message:
          `the field '${path}' is ${shortened(first)} where another hook of its priority comes before it, and ${shortened(second)} ` +
          `where that comes after it: ${remedy}`,
      }),
    )
}
