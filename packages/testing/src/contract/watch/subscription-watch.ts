import type { Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import type { CallTracker } from './node-call-tracker.js'
import type { Watch } from './watch.js'

interface Subscription {
  readonly what: 'sink' | 'observer'
  readonly point: string
  readonly run: number
  isEnded: boolean
}

const words = {
  sink: {
    call: 'runner.logger.addSink',
    flaw:
      'adds another sink at each run of a Runner, such as a test after a training, and each line is written once more for ' +
      'every one',
  },
  observer: {
    call: 'runner.hooks.observe',
    flaw: 'is never ended, and every point costs more while somebody observes',
  },
}

/** Finds observers of hooks that a hook never ends, and sinks of the log that grow in number with each run of one Runner. */
export class SubscriptionWatch implements Watch {
  readonly #subscriptions: Subscription[] = []
  #runs = 0

  constructor(private readonly tracker: CallTracker) {}

  meet({ logger, hooks }: Runner): void {
    const { addSink } = logger
    const { observe } = hooks
    logger.addSink = (sink) => this.#noted('sink', addSink.call(logger, sink))
    hooks.observe = (observer) => this.#noted('observer', observe.call(hooks, observer))
  }

  /** One more run of the Runner has ended. */
  endRun(): void {
    this.#runs += 1
  }

  end(): ContractFinding[] {
    const left = this.#subscriptions.filter(({ isEnded }) => !isEnded)
    // A sink may listen as long as its Runner lives, if it is but one.
    const isTooMany = ({ what, point, run }: Subscription) =>
      what === 'observer' ||
      left.some((other) => other.what === what && other.point === point && other.run < run)
    return left.filter(isTooMany).map(({ what, point }) => ({
      check: 'listeners',
      subject: `${what} ${point}`,
      message: `${words[what].call} in ${point} ${words[what].flaw}. Call the function that it returns in afterRun`,
    }))
  }

  #noted(what: Subscription['what'], end: () => void): () => void {
    const call = this.tracker.current
    if (call === undefined) return end
    const subscription: Subscription = { what, point: call.point, run: this.#runs, isEnded: false }
    this.#subscriptions.push(subscription)
    return () => {
      subscription.isEnded = true
      end()
    }
  }
}
