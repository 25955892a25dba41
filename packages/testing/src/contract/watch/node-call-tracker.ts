import { AsyncLocalStorage } from 'node:async_hooks'
import { promiseHooks } from 'node:v8'
import { ownCode } from './code-place.js'

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

/** A promise of a call, and where it was begun. */
export interface BegunPromise {
  readonly promise: Promise<unknown>
  readonly call: HookCall
  readonly code: string
  /** It was settled after the call was over. */
  isLate: boolean
}

/** Knows in whose call code runs, behind an `await` and in callbacks too. */
export class CallTracker {
  readonly #calls = new AsyncLocalStorage<HookCall>()
  readonly #owners = new WeakMap<Promise<unknown>, HookCall>()
  /** Promises that somebody waits for. */
  readonly #heard = new WeakSet<Promise<unknown>>()
  /** Promises that began in the hook's own code. */
  readonly #begun: BegunPromise[] = []
  readonly #stop: ReturnType<typeof promiseHooks.createHook>

  /** @param onLateSettle a promise that was made in a call was settled after the call was over */
  constructor(onLateSettle: (call: HookCall) => void) {
    this.#stop = promiseHooks.createHook({
      init: (promise: Promise<unknown>, parent?: Promise<unknown>) => {
        if (parent !== undefined) this.#heard.add(parent)
        const call = this.#calls.getStore()
        if (call === undefined) return
        this.#owners.set(promise, call)
        const code = parent === undefined ? ownCode() : undefined
        if (code !== undefined) this.#begun.push({ promise, call, code, isLate: false })
      },
      settled: (promise: Promise<unknown>) => {
        const call = this.#owners.get(promise)
        if (call?.isOver !== true) return
        for (const begun of this.#begun) if (begun.promise === promise) begun.isLate = true
        onLateSettle(call)
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

  /** Promises that the hook began, that outlasted the call, and that nobody has ever waited for. */
  get forgotten(): readonly BegunPromise[] {
    return this.#begun.filter(({ promise, isLate }) => isLate && !this.#heard.has(promise))
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
