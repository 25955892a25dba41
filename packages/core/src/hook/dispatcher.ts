import { HookError, type RunPlace } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { EventArguments, EventListener, HookEvents } from '../events/hook-events.js'
import type { Runner } from '../runner/runner.js'
import type { Hook, HookResult } from './hook.js'
import { describeEntry, type HookEntry, sortHooks } from './hook-entry.js'
import { type HookPoint, type HookPoints, hookPoints } from './points.js'

/** Calls all hooks of a point; undefined when nothing has to be waited for. */
export type FirePoint<Args extends readonly unknown[]> = (...args: Args) => HookResult

/** A function per hook point. */
export type Fire = { readonly [Point in HookPoint]: FirePoint<HookPoints[Point]> }

type Call = (a?: unknown, b?: unknown, c?: unknown, d?: unknown) => HookResult
type Named = { readonly entry: HookEntry; readonly call: Call }

/**
 * The only place that calls hooks. The list of a point is built once, when hooks are registered: a point
 * that nobody implements costs nothing, one that is implemented costs one direct call.
 *
 * Every hook of a point gets its call even when an earlier one failed, so that the others stay consistent;
 * the first failure is thrown afterwards, as a {@link HookError}.
 */
export class HookDispatcher {
  #entries: HookEntry[] = []
  #fire: Fire
  #listeners = new Map<keyof HookEvents, Named[]>()

  /** @param place tells where the run is, for messages */
  constructor(private readonly place: () => RunPlace) {
    this.#fire = this.#composeAll()
  }

  /** The hooks in the order of execution. */
  get entries(): readonly HookEntry[] {
    return this.#entries
  }

  /** The function of each point. */
  get fire(): Fire {
    return this.#fire
  }

  add(entry: HookEntry): void {
    this.#entries = sortHooks([...this.#entries, entry])
    this.#fire = this.#composeAll()
    this.#rebuildListeners()
  }

  has(point: HookPoint): boolean {
    return this.#entries.some(({ hook }) => callOf(hook, point) !== undefined)
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
    const [first, second, third]: readonly unknown[] = args
    for (const { call } of this.#listeners.get(name) ?? []) await call(runner, first, second, third)
  }

  /** The hooks of each point, in the order of execution. */
  table(): string {
    const lines = ['Hooks will be executed in the following order:']
    for (const point of hookPoints) {
      const present = this.#entries.filter(({ hook }) => callOf(hook, point) !== undefined)
      if (present.length > 0) lines.push(`${point}:`, ...present.map(describeEntry), ' -------------------- ')
    }
    return lines.join('\n')
  }

  #composeAll(): Fire {
    return {
      beforeRun: this.#compose('beforeRun'),
      afterRun: this.#compose('afterRun'),
      afterLoadCheckpoint: this.#compose('afterLoadCheckpoint'),
      beforeSaveCheckpoint: this.#compose('beforeSaveCheckpoint'),
      beforeTrain: this.#compose('beforeTrain'),
      afterTrain: this.#compose('afterTrain'),
      beforeTrainEpoch: this.#compose('beforeTrainEpoch'),
      afterTrainEpoch: this.#compose('afterTrainEpoch'),
      beforeTrainIter: this.#compose('beforeTrainIter'),
      afterTrainIter: this.#compose('afterTrainIter'),
      beforeVal: this.#compose('beforeVal'),
      afterVal: this.#compose('afterVal'),
      beforeValEpoch: this.#compose('beforeValEpoch'),
      afterValEpoch: this.#compose('afterValEpoch'),
      beforeValIter: this.#compose('beforeValIter'),
      afterValIter: this.#compose('afterValIter'),
      beforeTest: this.#compose('beforeTest'),
      afterTest: this.#compose('afterTest'),
      beforeTestEpoch: this.#compose('beforeTestEpoch'),
      afterTestEpoch: this.#compose('afterTestEpoch'),
      beforeTestIter: this.#compose('beforeTestIter'),
      afterTestIter: this.#compose('afterTestIter'),
      beforeOptimStep: synchronous('beforeOptimStep', this.#compose('beforeOptimStep')),
      afterOptimStep: synchronous('afterOptimStep', this.#compose('afterOptimStep')),
      onException: this.#compose('onException'),
    }
  }

  #compose(point: HookPoint): Call {
    const calls: Named[] = []
    for (const entry of this.#entries) {
      const call = callOf(entry.hook, point)
      if (call !== undefined) calls.push({ entry, call })
    }
    return calls.length === 0 ? nothing : this.#callAll(point, calls)
  }

  #callAll(point: string, calls: readonly Named[]): Call {
    const goOn = async (first: Promise<void>, index: number, args: readonly unknown[]): Promise<void> => {
      let failure: HookError | undefined
      const settle = async (named: Named, result: HookResult) => {
        try {
          await result
        } catch (error) {
          failure ??= this.#failure(named.entry, point, error)
        }
      }
      for (let i = index; i < calls.length; i++) {
        const named = calls[i]
        if (named === undefined) continue
        await settle(named, i === index ? first : attempt(() => named.call(...args)))
      }
      if (failure !== undefined) throw failure
    }
    return (a, b, c, d) => {
      let failure: HookError | undefined
      for (let i = 0; i < calls.length; i++) {
        const named = calls[i]
        if (named === undefined) continue
        try {
          const result = named.call(a, b, c, d)
          if (result instanceof Promise) return withEarlier(failure, goOn(result, i, [a, b, c, d]))
        } catch (error) {
          failure ??= this.#failure(named.entry, point, error)
        }
      }
      if (failure !== undefined) throw failure
    }
  }

  #failure(entry: HookEntry, point: string, cause: unknown): HookError {
    if (cause instanceof HookError) return cause
    return new HookError(entry.name, point, this.place(), entry.packageName, cause)
  }

  #rebuildListeners(): void {
    const listeners = new Map<keyof HookEvents, Named[]>()
    for (const entry of this.#entries) {
      for (const [name, listener] of Object.entries<EventListener<never>>(entry.hook.events?.() ?? {})) {
        const event = name as keyof HookEvents
        const named = { entry, call: listener as Call }
        listeners.set(event, [...(listeners.get(event) ?? []), named])
      }
    }
    this.#listeners = new Map(
      [...listeners].map(([name, calls]) => [name, this.#guarded(String(name), calls)]),
    )
  }

  #guarded(name: string, calls: readonly Named[]): Named[] {
    return calls.map((named) => ({ ...named, call: this.#callAll(name, [named]) }))
  }
}

const nothing: Call = () => undefined

async function withEarlier(failure: HookError | undefined, rest: Promise<void>): Promise<void> {
  if (failure === undefined) return rest
  await rest.catch(() => undefined)
  throw failure
}

async function attempt(call: () => HookResult): Promise<void> {
  await call()
}

/** The method of a hook for a point: its own, or the one that it shares between training, validation and test. */
function callOf(hook: Hook, point: HookPoint): Call | undefined {
  const own: unknown = Reflect.get(hook, point)
  if (typeof own === 'function') return own.bind(hook)
  const parts = /^(before|after)(Train|Val|Test)(Epoch|Iter)$/.exec(point)
  if (parts === null) return undefined
  const [, side = '', name = '', unit = ''] = parts
  const shared: unknown = Reflect.get(hook, `${side}${unit}`)
  if (typeof shared !== 'function') return undefined
  const method: Call & ((...args: unknown[]) => HookResult) = shared.bind(hook)
  const mode = name.toLowerCase()
  if (unit === 'Epoch') return (runner, metrics) => method(runner, mode, metrics)
  if (side === 'before') return (runner, batchIdx, dataBatch) => method(runner, batchIdx, dataBatch, mode)
  return (runner, batchIdx, dataBatch, outputs) => method(runner, batchIdx, dataBatch, outputs, mode)
}

// These points lie inside the synchronous update of the parameters: a promise there would come too late.
function synchronous(point: string, call: Call): Call {
  if (call === nothing) return call
  return (a, b, c, d) => {
    if (call(a, b, c, d) instanceof Promise) {
      throw new HookloopError(
        'HL_HOOK_ASYNC',
        `a hook returned a promise from ${point}, which must be synchronous; do the waiting in afterTrainIter`,
      )
    }
  }
}
