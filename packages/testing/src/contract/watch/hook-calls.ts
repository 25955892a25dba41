import { type Hook, hookPoints } from '@hookloop/core'
import { type CallTracker, HookCall } from './node-call-tracker.js'

/** Hears of the calls of a hook. */
export interface CallListener {
  beginCall(call: HookCall, args: readonly unknown[]): void
  endCall(call: HookCall, args: readonly unknown[]): void
}

type Method = (...args: readonly unknown[]) => unknown

/** Hook points that are shared between training, validation and test. */
export const sharedPoints = ['beforeEpoch', 'afterEpoch', 'beforeIter', 'afterIter'] as const

const methods = [...hookPoints, ...sharedPoints, 'nextNeed', 'stateDict', 'loadStateDict', 'dispose'] as const

/**
 * Lets `listener` hear of every call of the hook's methods and event listeners. The hook stays the object that it is; its
 * methods get a wrapper each, so do this before it is registered.
 */
export function hearCalls(hook: Hook, tracker: CallTracker, listener: CallListener): void {
  for (const name of methods) {
    const method: unknown = Reflect.get(hook, name)
    if (isMethod(method)) replace(hook, name, heard(hook, name, method, tracker, listener))
  }
  const events: unknown = Reflect.get(hook, 'events')
  if (isMethod(events)) {
    replace(hook, 'events', () =>
      Object.fromEntries(
        Object.entries(events.call(hook) ?? {}).map(([name, listen]) => [
          name,
          isMethod(listen) ? heard(hook, name, listen, tracker, listener) : listen,
        ]),
      ),
    )
  }
}

// Not enumerable: whoever looks at the fields of the hook does not see it.
function replace(hook: Hook, name: string, value: Method): void {
  Object.defineProperty(hook, name, { value, configurable: true, writable: true, enumerable: false })
}

function heard(
  hook: Hook,
  name: string,
  method: Method,
  tracker: CallTracker,
  listener: CallListener,
): Method {
  return (...args) => {
    const [runner] = args
    const call = new HookCall(name, numberOf(runner, 'epoch'), numberOf(runner, 'iter'))
    const end = () => {
      call.isOver = true
      listener.endCall(call, args)
    }
    const fail = (error: unknown): never => {
      call.failure = { error }
      end()
      throw error
    }
    listener.beginCall(call, args)
    let result: unknown
    try {
      result = tracker.run(call, () => method.apply(hook, [...args]))
    } catch (error) {
      return fail(error)
    }
    if (!(result instanceof Promise)) {
      end()
      return result
    }
    return result.then((value: unknown) => {
      end()
      return value
    }, fail)
  }
}

function numberOf(runner: unknown, name: string): number {
  const value: unknown = typeof runner === 'object' && runner !== null ? Reflect.get(runner, name) : undefined
  return typeof value === 'number' ? value : 0
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}
