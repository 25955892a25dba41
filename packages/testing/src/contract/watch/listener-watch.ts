import type { ContractFinding } from '../finding.js'
import type { HookCall } from './node-call-tracker.js'
import type { Watch } from './watch.js'

type Listener = (...args: unknown[]) => void

interface AddedListener {
  readonly event: string | symbol
  readonly listener: Listener
  readonly point: string
}

/** Finds listeners of the process that a hook adds and never takes away, and takes them away. */
export class ListenerWatch implements Watch {
  readonly #known = listeners()
  readonly #added: AddedListener[] = []

  endCall({ point }: HookCall): void {
    for (const [event, present] of listeners()) {
      const known = this.#known.get(event) ?? new Set()
      this.#known.set(event, known)
      for (const listener of present) {
        if (known.has(listener)) continue
        known.add(listener)
        this.#added.push({ event, listener, point })
      }
    }
  }

  end(): ContractFinding[] {
    const left = listeners()
    return this.#added
      .filter(({ event, listener }) => left.get(event)?.has(listener) === true)
      .map(({ event, listener, point }) => {
        process.removeListener(event, listener)
        return {
          check: 'listeners',
          subject: `process ${String(event)} ${point}`,
          message:
            `process.on('${String(event)}') in ${point} is still there after afterRun and dispose. Take it away with ` +
            `process.off('${String(event)}', listener) in afterRun, which comes however a run ends`,
        }
      })
  }
}

function listeners(): Map<string | symbol, Set<Listener>> {
  const byEvent = process
    .eventNames()
    .map((event) => [event, new Set(process.rawListeners(event).filter(isListener))] as const)
  return new Map(byEvent)
}

function isListener(value: unknown): value is Listener {
  return typeof value === 'function'
}
