import { reasonOf } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import { differences, type Portrait } from '../portrait.js'
import type { CallTracker, HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

type Listener = NodeJS.UnhandledRejectionListener

/** Finds promises that a hook neither returns nor awaits: they fail unheard, or change things at a time that nobody knows. */
export class PromiseWatch implements Watch {
  /** The last call of which a promise was settled after it was over, since the hook was called last. */
  #late: HookCall | undefined
  #isRunOver = false
  #fields: Portrait = new Map()
  readonly #findings: ContractFinding[] = []
  readonly #others = process.listeners('unhandledRejection')
  #tracker: CallTracker | undefined

  /** @param fields what can be seen of the hook */
  constructor(private readonly fields: () => Portrait) {
    // Those of a test runner would end its test, or the process.
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', this.#unhandled)
  }

  /** For the tracker of calls. */
  readonly settledLate = (call: HookCall): void => {
    this.#late = call
    if (this.#isRunOver) this.#workAfterRun(call)
  }

  follow(tracker: CallTracker): void {
    this.#tracker = tracker
  }

  beginCall(): void {
    this.#isRunOver = false
    this.#compareFields()
  }

  endCall(): void {
    this.#fields = this.fields()
    this.#late = undefined
  }

  endRun(): void {
    this.#compareFields()
    for (const { call, code } of this.#tracker?.forgotten ?? [])
      this.#note(
        call,
        code,
        `nobody waits for a promise that ${call.point}${code} begins, which goes on after it`,
      )
    this.#isRunOver = true
  }

  end(): ContractFinding[] {
    process.off('unhandledRejection', this.#unhandled)
    for (const listener of this.#others) process.on('unhandledRejection', listener)
    return this.#findings
  }

  readonly #unhandled: Listener = (reason, promise) => {
    const call = this.#tracker?.ownerOf(promise)
    if (call === undefined) {
      for (const listener of this.#others) listener(reason, promise)
      return
    }
    this.#note(
      call,
      'rejected',
      `a promise that ${call.point} begins was rejected, and nobody heard of it: ${reasonOf(reason)}`,
    )
  }

  #compareFields(): void {
    const call = this.#late
    if (call === undefined) return
    this.#late = undefined
    for (const { path } of differences(this.#fields, this.fields()))
      this.#note(call, path, `the field '${path}' changed after ${call.point} had returned`)
  }

  #workAfterRun(call: HookCall): void {
    this.#note(
      call,
      'after the run',
      `a promise that ${call.point} begins was settled only after the run had ended`,
    )
  }

  #note(call: HookCall, what: string, message: string): void {
    this.#findings.push({
      check: 'promises',
      subject: `${call.point} ${what}`,
      message:
        `${message}. Make ${call.point} async and await the promise, or return it; what is to go on beside the training is ` +
        'awaited in afterRun at the latest',
    })
  }
}
