import { HookError, type RunPlace } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { InterruptedError } from '../errors/run-errors.js'
import type { EventArguments, HookEvents } from '../events/hook-events.js'
import type { Runner } from '../runner/runner.js'
import type { Hook, HookResult } from './hook.js'
import { describeEntry, type HookEntry, sortHooks } from './hook-entry.js'
import { type Call, type HookObserver, observedHook, observedPoint } from './hook-observer.js'
import { type HookPoint, type HookPoints, hookPoints } from './points.js'

/** Calls all hooks of a point; undefined when nothing has to be waited for. */
export type FirePoint<Args extends readonly unknown[]> = (...args: Args) => HookResult

/** A function per hook point. */
export type Fire = { readonly [Point in HookPoint]: FirePoint<HookPoints[Point]> }

interface NamedCall {
  readonly entry: HookEntry
  readonly call: Call
}

/** What is called at each point and event. */
interface Composition {
  readonly fire: Fire
  readonly events: ReadonlyMap<PropertyKey, Call>
}

/**
 * The only place that calls hooks. The list of a point is built once, when hooks are registered: a point
 * that nobody implements costs nothing, one that is implemented costs one direct call.
 *
 * Every hook of a point gets its call even when an earlier one failed, so that the others stay consistent;
 * the first failure is thrown afterwards, as a {@link HookError}.
 */
export class HookDispatcher {
  #entries: HookEntry[] = []
  readonly #listeners = new Map<HookEntry, readonly (readonly [event: string, listener: Call])[]>()
  readonly #observers = new Set<HookObserver>()
  /** What runs unless somebody observes; kept meanwhile, so that it comes back as it was. */
  #plain: Composition
  #present: Composition

  /**
   * @param place tells where the run is, for messages
   * @param onChange called whenever hooks or observers have come or gone
   */
  constructor(
    private readonly place: () => RunPlace,
    private readonly onChange: () => void = () => undefined,
  ) {
    this.#plain = this.#compositionFor([])
    this.#present = this.#plain
  }

  /** The hooks in the order of execution. */
  get entries(): readonly HookEntry[] {
    return this.#entries
  }

  /** The function of each point. */
  get fire(): Fire {
    return this.#present.fire
  }

  /**
   * Adds a hook. Points and events that are being fired keep the list they began with; later ones know the hook.
   * @throws `HL_HOOK_ORDER` when `before` and `after` cannot be fulfilled; nothing is added then
   */
  add(entry: HookEntry): void {
    const listeners = this.#guarded(entry, 'events', () => listenersOf(entry.hook))
    this.#entries = sortHooks([...this.#entries, entry])
    this.#listeners.set(entry, listeners)
    this.#plain = this.#compositionFor([])
    this.#change()
  }

  /**
   * Lets `observer` hear of each point, event and hook that begins from now on.
   * @returns a function that ends this; without observers points have the very functions that they had before
   */
  observe(observer: HookObserver): () => void {
    this.#observers.add(observer)
    this.#change()
    return () => {
      if (this.#observers.delete(observer)) this.#change()
    }
  }

  get isObserved(): boolean {
    return this.#observers.size > 0
  }

  /** Tells observers that the parameters begin to change. */
  beginUpdate(): void {
    for (const observer of this.#observers) observer.beginUpdate?.()
  }

  has(point: HookPoint): boolean {
    return this.#entries.some(({ hook }) => callOf(hook, point) !== undefined)
  }

  /** The hooks of a point, in the order of execution. */
  at(point: HookPoint): readonly HookEntry[] {
    return this.#entries.filter(({ hook }) => callOf(hook, point) !== undefined)
  }

  find(name: string): Hook | undefined {
    return this.#entries.find((entry) => entry.name === name)?.hook
  }

  /** Calls the listeners of an event, in the order of their hooks. */
  async emit<Name extends keyof HookEvents>(
    name: Name,
    runner: Runner,
    args: EventArguments<Name>,
  ): Promise<void> {
    await this.#present.events.get(name)?.(runner, args)
  }

  /** Frees what hooks own. @throws the first failure, once every hook had its turn */
  dispose(): void {
    let failure: unknown
    for (const entry of this.#entries) {
      try {
        this.#guarded(entry, 'dispose', () => entry.hook.dispose?.())
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
  }

  /** The hooks of each point, in the order of execution. */
  table(): string {
    const lines = ['Hooks will be executed in the following order:']
    for (const point of hookPoints) {
      const present = this.at(point)
      if (present.length > 0) lines.push(`${point}:`, ...present.map(describeEntry), ' -------------------- ')
    }
    return lines.join('\n')
  }

  #change(): void {
    this.#present = this.isObserved ? this.#compositionFor([...this.#observers]) : this.#plain
    this.onChange()
  }

  #compositionFor(observers: readonly HookObserver[]): Composition {
    return { fire: this.#composeAll(observers), events: this.#composeEvents(observers) }
  }

  #composeAll(observers: readonly HookObserver[]): Fire {
    const compose = (point: HookPoint, wrap?: (call: Call) => Call) => this.#compose(observers, point, wrap)
    return {
      beforeRun: compose('beforeRun'),
      afterRun: compose('afterRun'),
      afterLoadCheckpoint: compose('afterLoadCheckpoint'),
      beforeSaveCheckpoint: compose('beforeSaveCheckpoint'),
      beforeTrain: compose('beforeTrain'),
      afterTrain: compose('afterTrain'),
      beforeTrainEpoch: compose('beforeTrainEpoch'),
      afterTrainEpoch: compose('afterTrainEpoch'),
      beforeTrainIter: compose('beforeTrainIter'),
      afterTrainIter: compose('afterTrainIter'),
      beforeVal: compose('beforeVal'),
      afterVal: compose('afterVal'),
      beforeValEpoch: compose('beforeValEpoch'),
      afterValEpoch: compose('afterValEpoch'),
      beforeValIter: compose('beforeValIter'),
      afterValIter: compose('afterValIter'),
      beforeTest: compose('beforeTest'),
      afterTest: compose('afterTest'),
      beforeTestEpoch: compose('beforeTestEpoch'),
      afterTestEpoch: compose('afterTestEpoch'),
      beforeTestIter: compose('beforeTestIter'),
      afterTestIter: compose('afterTestIter'),
      beforeOptimStep: compose('beforeOptimStep', mustNotWait),
      afterOptimStep: compose('afterOptimStep', mustNotWait),
      onException: compose('onException'),
    }
  }

  #compose(
    observers: readonly HookObserver[],
    point: HookPoint,
    wrap: (call: Call) => Call = unchanged,
  ): Call {
    const calls: NamedCall[] = []
    for (const entry of this.#entries) {
      const call = callOf(entry.hook, point)
      if (call !== undefined) calls.push({ entry, call: observedHook(observers, point, entry, wrap(call)) })
    }
    return observedPoint(observers, point, calls.length === 0 ? nothing : this.#callAll(point, calls))
  }

  #composeEvents(observers: readonly HookObserver[]): Map<PropertyKey, Call> {
    const events = new Map<string, NamedCall[]>()
    for (const entry of this.#entries) {
      for (const [name, call] of this.#listeners.get(entry) ?? []) {
        const named = { entry, call: observedHook(observers, name, entry, call) }
        events.set(name, [...(events.get(name) ?? []), named])
      }
    }
    return new Map(
      [...events].map(([name, calls]) => [name, observedPoint(observers, name, this.#callAll(name, calls))]),
    )
  }

  /**
   * One function that calls all: synchronous as long as no hook returns a promise. No point has more than four
   * arguments; naming them spares a list per call.
   */
  #callAll(point: string, calls: readonly NamedCall[]): Call {
    return (a, b, c, d) => {
      let failure: unknown
      for (let index = 0; index < calls.length; index++) {
        const named = calls[index]
        if (named === undefined) continue
        try {
          const result = named.call(a, b, c, d)
          if (result instanceof Promise) return this.#goOn(point, calls, index, result, [a, b, c, d], failure)
        } catch (error) {
          failure ??= this.#failure(named.entry, point, error)
        }
      }
      if (failure !== undefined) throw failure
    }
  }

  /** The rest of {@link #callAll} from the first promise on. */
  async #goOn(
    point: string,
    calls: readonly NamedCall[],
    begin: number,
    first: Promise<void>,
    args: readonly unknown[],
    earlier: unknown,
  ): Promise<void> {
    let failure = earlier
    for (let index = begin; index < calls.length; index++) {
      const named = calls[index]
      if (named === undefined) continue
      try {
        const result = index === begin ? first : named.call(...args)
        if (result instanceof Promise) await result
      } catch (error) {
        failure ??= this.#failure(named.entry, point, error)
      }
    }
    if (failure !== undefined) throw failure
  }

  #guarded<Result>(entry: HookEntry, method: string, action: () => Result): Result {
    try {
      return action()
    } catch (error) {
      throw this.#failure(entry, method, error)
    }
  }

  /** An interruption that comes through a hook is no failure of the hook. */
  #failure(entry: HookEntry, point: string, cause: unknown): unknown {
    if (cause instanceof HookError || cause instanceof InterruptedError) return cause
    return new HookError(entry.name, point, this.place(), entry.packageName, cause)
  }
}

const nothing: Call = () => undefined

const unchanged = (call: Call): Call => call

function isCall(value: unknown): value is Call {
  return typeof value === 'function'
}

/** The method of a hook for a point: its own, or the one that it shares between training, validation and test. */
function callOf(hook: Hook, point: HookPoint): Call | undefined {
  const own: unknown = Reflect.get(hook, point)
  if (isCall(own)) return own.bind(hook)
  const parts = /^(before|after)(Train|Val|Test)(Epoch|Iter)$/.exec(point)
  if (parts === null) return undefined
  const [, side = '', name = '', unit = ''] = parts
  const shared: unknown = Reflect.get(hook, `${side}${unit}`)
  if (!isCall(shared)) return undefined
  const method = shared.bind(hook)
  const mode = name.toLowerCase()
  if (unit === 'Epoch') return (runner, metrics) => method(runner, mode, metrics)
  if (side === 'before') return (runner, batchIdx, dataBatch) => method(runner, batchIdx, dataBatch, mode)
  return (runner, batchIdx, dataBatch, outputs) => method(runner, batchIdx, dataBatch, outputs, mode)
}

/** The listeners of a hook, as functions that take the arguments of an event as one list. */
function listenersOf(hook: Hook): (readonly [event: string, listener: Call])[] {
  return Object.entries<unknown>(hook.events?.() ?? {}).flatMap(([event, listener]) => {
    if (!isCall(listener)) return []
    const call: Call = (runner, args) => listener.call(hook, runner, ...(Array.isArray(args) ? args : []))
    return [[event, call] as const]
  })
}

/** For points inside the synchronous update of the parameters: a promise there would come too late. */
function mustNotWait(call: Call): Call {
  return (runner, gradients) => {
    const result = call(runner, gradients)
    if (!(result instanceof Promise)) return
    result.catch(() => undefined)
    throw new HookloopError(
      'HL_HOOK_ASYNC',
      'it returned a promise, but this point lies inside the update of the parameters and must be synchronous; ' +
        'do what has to wait in afterTrainIter',
    )
  }
}
