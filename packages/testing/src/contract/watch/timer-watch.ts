import type { ContractFinding } from '../finding.js'
import { codePlace } from './code-place.js'
import type { CallTracker } from './node-call-tracker.js'
import type { Watch } from './watch.js'

type Callback = (...args: readonly unknown[]) => void

interface SetTimer {
  readonly name: string
  readonly point: string
  readonly code: string
  readonly clear: () => void
}

const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis
const real = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate }

/** Finds timers that a hook sets and never clears, and clears them. */
export class TimerWatch implements Watch {
  readonly #set = new Map<object, SetTimer>()

  constructor(private readonly tracker: CallTracker) {
    const fakes = {
      setTimeout: (callback: Callback, delay?: number, ...args: readonly unknown[]) => {
        const timer = real.setTimeout(() => this.#fire(timer, callback, args), delay)
        return this.#note('setTimeout', timer, () => real.clearTimeout(timer))
      },
      setInterval: (callback: Callback, delay?: number, ...args: readonly unknown[]) => {
        const timer = real.setInterval(callback, delay, ...args)
        return this.#note('setInterval', timer, () => real.clearInterval(timer))
      },
      setImmediate: (callback: Callback, ...args: readonly unknown[]) => {
        const timer = real.setImmediate(() => this.#fire(timer, callback, args))
        return this.#note('setImmediate', timer, () => real.clearImmediate(timer))
      },
      clearTimeout: (timer: unknown) => this.#clear(timer, real.clearTimeout),
      clearInterval: (timer: unknown) => this.#clear(timer, real.clearInterval),
      clearImmediate: (timer: unknown) => this.#clear(timer, real.clearImmediate),
    }
    // `util.promisify` finds its own form of a timer under a symbol.
    for (const [name, fake] of Object.entries(fakes)) Object.defineProperties(fake, symbolsOf(name))
    Object.assign(globalThis, fakes)
  }

  end(): ContractFinding[] {
    Object.assign(globalThis, real)
    return [...this.#set.values()].map(({ name, point, code, clear }) => {
      clear()
      return {
        check: 'timers',
        subject: `${name} ${point}${code}`,
        message:
          `${name} in ${point}${code} is still there after afterRun and dispose. Clear it with ` +
          `${name.replace('set', 'clear')} in afterRun, which comes however a run ends`,
      }
    })
  }

  #note<Timer extends object>(name: string, timer: Timer, clear: () => void): Timer {
    const call = this.tracker.current
    if (call !== undefined) this.#set.set(timer, { name, point: call.point, code: codePlace(), clear })
    return timer
  }

  #fire(timer: object, callback: Callback, args: readonly unknown[]): void {
    this.#set.delete(timer)
    callback(...args)
  }

  #clear(timer: unknown, clear: object): void {
    if (typeof timer === 'object' && timer !== null) this.#set.delete(timer)
    if (typeof clear === 'function') Reflect.apply(clear, globalThis, [timer])
  }
}

function symbolsOf(name: string): PropertyDescriptorMap {
  const timer: unknown = Reflect.get(real, name)
  if (typeof timer !== 'function') return {}
  const descriptors = Object.getOwnPropertyDescriptors(timer)
  return Object.fromEntries(
    Object.getOwnPropertySymbols(timer).map((symbol) => [symbol, Reflect.get(descriptors, symbol)]),
  )
}
