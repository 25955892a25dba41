import type { MessageHub, Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import type { CallTracker, HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

/** Hears what a hook asks the message hub for and what it writes there, and finds what comes too late. */
export class HubWatch implements Watch {
  readonly #absent = new Map<HookCall, string>()
  readonly #findings: ContractFinding[] = []

  constructor(private readonly tracker: CallTracker) {}

  meet({ messageHub }: Runner): void {
    const { getScalar, updateScalar, updateInfo } = messageHub
    messageHub.getScalar = (key) => {
      const call = this.tracker.current
      if (call !== undefined && !messageHub.scalars.has(key)) this.#absent.set(call, key)
      return getScalar.call(messageHub, key)
    }
    messageHub.updateScalar = (...args) => {
      this.#written(args[0])
      updateScalar.apply(messageHub, args)
    }
    messageHub.updateInfo = (...args: Parameters<MessageHub['updateInfo']>) => {
      this.#written(args[0])
      updateInfo.apply(messageHub, args)
    }
  }

  /** The key that a call asked for and did not find. */
  absentKeyOf(call: HookCall): string | undefined {
    return this.#absent.get(call)
  }

  end(): ContractFinding[] {
    return this.#findings
  }

  #written(key: string): void {
    const call = this.tracker.current
    if (call?.isOver !== true) return
    this.#findings.push({
      check: 'promises',
      subject: `${call.point} ${key}`,
      message:
        `'${key}' was written into the message hub after ${call.point} had returned, so that it may belong to another ` +
        `iteration. Make ${call.point} async and await what it begins, or return the promise`,
    })
  }
}
