import type { Hook, Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import { fieldsOf, type Portrait } from '../portrait.js'
import type { HookLine } from '../rehearsal.js'
import { partsOf, undated } from '../run-portrait.js'
import { GlobalWatch } from './global-watch.js'
import type { CallListener } from './hook-calls.js'
import { HubWatch } from './hub-watch.js'
import { ListenerWatch } from './listener-watch.js'
import { NameWatch } from './name-watch.js'
import { CallTracker, HookCall } from './node-call-tracker.js'
import { PromiseWatch } from './node-promise-watch.js'
import { OwnershipWatch } from './ownership-watch.js'
import { PartWatch } from './part-watch.js'
import { SubscriptionWatch } from './subscription-watch.js'
import { TensorWatch } from './tensor-watch.js'
import { TimerWatch } from './timer-watch.js'
import type { Watch } from './watch.js'

/** Everything that looks at a run, put in place at once and taken away at once. */
export class Watches implements CallListener {
  readonly failures: HookCall[] = []
  readonly absentKeys = new Map<HookCall, string>()
  readonly lines: HookLine[] = []
  onCallEnd: (point: string) => void = () => undefined
  readonly tracker: CallTracker
  readonly tensors: TensorWatch
  readonly #hub: HubWatch
  readonly #subscriptions: SubscriptionWatch
  /** In the order in which they are put in place; the last one looks at the globals as the others leave them. */
  readonly #all: readonly Watch[]
  #hook: Hook | undefined
  #runner: Runner | undefined
  #isOver = false

  /** @param isClose takes more time to tell more */
  constructor(isClose: boolean) {
    const promises = new PromiseWatch(() => this.#fields())
    this.tracker = new CallTracker(promises.settledLate)
    promises.follow(this.tracker)
    this.tensors = new TensorWatch(this.tracker)
    this.#hub = new HubWatch(this.tracker)
    this.#subscriptions = new SubscriptionWatch(this.tracker)
    this.#all = [
      promises,
      this.tensors,
      new TimerWatch(this.tracker),
      new ListenerWatch(),
      this.#subscriptions,
      new OwnershipWatch(),
      new PartWatch(),
      this.#hub,
      new NameWatch(this.tracker),
      new GlobalWatch(isClose),
    ]
  }

  /** Makes the hook, whose constructor is watched like its other methods. */
  make<Made>(make: () => Made): Made {
    const call = new HookCall('the constructor', 0, 0)
    try {
      return this.tracker.run(call, make)
    } finally {
      call.isOver = true
    }
  }

  meet(runner: Runner, hook: Hook): void {
    this.#hook = hook
    this.#runner = runner
    for (const watch of this.#all) watch.meet?.(runner, hook)
    runner.logger.addSink({ write: (message) => this.#hear(message) })
  }

  beginCall(call: HookCall, args: readonly unknown[]): void {
    for (const watch of this.#all) watch.beginCall?.(call, args)
  }

  endCall(call: HookCall, args: readonly unknown[]): void {
    for (const watch of this.#all) watch.endCall?.(call, args)
    this.onCallEnd(call.point)
    if (call.failure === undefined) return
    this.failures.push(call)
    const key = this.#hub.absentKeyOf(call)
    if (key !== undefined) this.absentKeys.set(call, key)
  }

  endRun(): void {
    const [runner, hook] = [this.#runner, this.#hook]
    if (runner === undefined || hook === undefined) return
    for (const watch of this.#all) watch.endRun?.(runner, hook)
  }

  /** Takes everything away; a second time it does nothing. */
  end(): ContractFinding[] {
    if (this.#isOver) return []
    this.#isOver = true
    const findings = this.#all.toReversed().flatMap((watch) => watch.end())
    this.tracker.dispose()
    return findings
  }

  #fields(): Portrait {
    const [runner, hook] = [this.#runner, this.#hook]
    return runner === undefined || hook === undefined ? new Map() : fieldsOf(hook, partsOf(runner))
  }

  #hear(message: string): void {
    const call = this.tracker.current
    if (call !== undefined) this.lines.push({ point: call.point, iter: call.iter, message: undated(message) })
  }
}
