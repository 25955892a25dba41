import { AsyncLocalStorage } from 'node:async_hooks'
import { promiseHooks } from 'node:v8'

/** One call of a method of the hook under test. */
export class HookCall {
  /** True once it has returned, and its promise has come to its end. */
  isOver = false
  /** What it threw. */
  failure: { readonly error: unknown } | undefined

  /** @param point a hook point, an event, or another method such as `stateDict` */
  constructor(
    readonly point: string,
    readonly epoch: number,
    readonly iter: number,
  ) {}
}

/** Knows in whose call code runs, behind an `await` and in callbacks too. */
export class CallTracker {
  readonly #calls = new AsyncLocalStorage<HookCall>()
  readonly #owners = new WeakMap<Promise<unknown>, HookCall>()
  readonly #stop: ReturnType<typeof promiseHooks.createHook>

  /** @param onLateSettle a promise that was made in a call was settled after the call was over */
  constructor(onLateSettle: (call: HookCall) => void) {
    this.#stop = promiseHooks.createHook({
      init: (promise: Promise<unknown>) => {
        const call = this.#calls.getStore()
        if (call !== undefined) this.#owners.set(promise, call)
      },
      settled: (promise: Promise<unknown>) => {
        const call = this.#owners.get(promise)
        if (call?.isOver === true) onLateSettle(call)
      },
    })
  }

  /** The call in which the running code was begun; undefined outside of all. */
  get current(): HookCall | undefined {
    return this.#calls.getStore()
  }

  /** The call in which a promise was made. */
  ownerOf(promise: Promise<unknown>): HookCall | undefined {
    return this.#owners.get(promise)
  }

  run<Result>(call: HookCall, action: () => Result): Result {
    return this.#calls.run(call, action)
  }

  dispose(): void {
    this.#stop()
    // Node asks every storage that was ever used at each promise.
    this.#calls.disable()
  }
}
