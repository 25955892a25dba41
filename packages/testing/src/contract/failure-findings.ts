import { HookError, hasCode, reasonOf } from '@hookloop/core'
import { isPlanned } from './company/planned-error.js'
import type { ContractFinding } from './finding.js'
import type { Rehearsal } from './rehearsal.js'
import type { HookCall } from './watch/node-call-tracker.js'

/** A finding for each point at which the hook threw something of its own. */
export function failureFindings(rehearsal: Rehearsal): ContractFinding[] {
  if (rehearsal.mayBeRefused && rehearsal.failures.some(isRefusal)) return []
  const own = rehearsal.failures.filter(({ failure }) => isOwn(failure?.error))
  const findings = own.map((call) => findingOf(call, rehearsal))
  return findings.length > 0 ? findings : brokenRun(rehearsal)
}

function isRefusal({ point, failure }: HookCall): boolean {
  const error = failure?.error
  return /^before(Run|Train)$/.test(point) && error instanceof Error && 'code' in error
}

/** Not what was let fail on purpose, an interruption, or the failure of another hook that came through this one. */
function isOwn(error: unknown): boolean {
  return !isPlanned(error) && !hasCode(error, 'HL_INTERRUPTED') && !(error instanceof HookError)
}

function findingOf(call: HookCall, { name, absentKeys, somethingFails }: Rehearsal): ContractFinding {
  const { point } = call
  const error = call.failure?.error
  const reason = reasonOf(error)
  const key = absentKeys.get(call)
  if (key !== undefined) {
    return {
      check: 'hubKeys',
      subject: `${point} ${key}`,
      message:
        `${point} fails in ${name}, because nobody has written '${key}' into the message hub. Ask ` +
        `runner.messageHub.scalars.has('${key}') first, and do without it, or name the hook that writes it in \`requires\` of ` +
        'registerHook',
    }
  }
  return {
    check: somethingFails ? 'failures' : 'errors',
    subject: `${point} ${reason}`,
    message: `${point} fails in ${name}: ${reason}. ${remedyOf(point)}`,
  }
}

function remedyOf(point: string): string {
  if (point === 'onException' || point === 'afterRun' || point === 'dispose')
    return 'It comes however a run ends, also where the hook had no turn before; use only what is there'
  return 'What a run may lack (runner.trainLoop, runner.optimWrapper, metrics, facts of the message hub) is to be asked for first'
}

/** The run failed, and no call of the hook did: it must have broken something that others need. */
function brokenRun({ error, name, somethingFails }: Rehearsal): ContractFinding[] {
  if (error === undefined || isPlanned(error) || hasCode(error, 'HL_INTERRUPTED')) return []
  if (
    hasCode(error, 'HL_HOOK_FAILED') &&
    error instanceof HookError &&
    hasCode(error.cause, 'HL_HOOK_ASYNC')
  ) {
    return [
      {
        check: 'promises',
        subject: error.point,
        message: `${error.point} returns a promise, but it lies inside the update of the parameters and must be synchronous; do what has to wait in afterTrainIter`,
      },
    ]
  }
  return [
    {
      check: somethingFails ? 'failures' : 'errors',
      subject: reasonOf(error),
      message: `${name} fails with this hook: ${reasonOf(error)}`,
    },
  ]
}
