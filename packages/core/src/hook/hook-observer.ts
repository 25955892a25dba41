import type { HookResult } from './hook.js'
import type { HookEntry } from './hook-entry.js'

/** A call of one hook or of all hooks of a point. */
export type Call = (...args: readonly unknown[]) => HookResult

/**
 * Hears what a run does while it observes it; see {@link HookDispatcher.observe}. Its functions must not throw: what
 * they throw would count as a failure of the hooks.
 */
export interface HookObserver {
  /**
   * A point or an event begins to call its hooks; points without hooks are heard of too.
   * @returns called when the last hook has ended, promises included; the run waits for a promise that it returns, but
   * at `beforeOptimStep` and `afterOptimStep`, which must be synchronous
   */
  beginPoint(point: string): () => HookResult
  /**
   * A hook is called at a point or for an event.
   * @returns called when the hook has ended, well or not, promises included
   */
  beginHook(point: string, entry: HookEntry): () => void
  /** The optimizer begins to change the parameters, until `afterOptimStep`; wrappers need not tell it. */
  beginUpdate?(): void
}

/** The call of a hook, heard by `observers`; the call itself where there are none. */
export function observedHook(
  observers: readonly HookObserver[],
  point: string,
  entry: HookEntry,
  call: Call,
): Call {
  return observers.reduce((inner, observer) => heard(inner, () => observer.beginHook(point, entry)), call)
}

/** The call of a whole point, heard by `observers`; the call itself where there are none. */
export function observedPoint(observers: readonly HookObserver[], point: string, call: Call): Call {
  return observers.reduce((inner, observer) => heard(inner, () => observer.beginPoint(point)), call)
}

function heard(call: Call, begin: () => () => HookResult): Call {
  return (...args) => {
    const end = begin()
    const fail = (error: unknown): Promise<void> => {
      const ended = end()
      if (!(ended instanceof Promise)) throw error
      // The first failure is the one to know.
      return ended.finally(() => {
        throw error
      })
    }
    let result: HookResult
    try {
      result = call(...args)
    } catch (error) {
      return fail(error)
    }
    return result instanceof Promise ? result.then(end, fail) : end()
  }
}
