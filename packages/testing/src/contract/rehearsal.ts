import {
  type Hook,
  type HookEntry,
  HookloopError,
  hookRegistry,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import { FakeClock } from '../parts/fake-clock.js'
import { TinyModel } from '../parts/tiny-model.js'
import { tinyRunnerOptions } from '../parts/tiny-runner.js'
import { EpochEnds } from './company/epoch-ends.js'
import { LateStorage, turns } from './company/late-storage.js'
import type { ContractFinding } from './finding.js'
import type { MadeHook } from './hook-maker.js'
import { fieldsOf, type Portrait, portraitOf } from './portrait.js'
import { modelOf, partsOf, runPortrait, undated } from './run-portrait.js'
import { hearCalls } from './watch/hook-calls.js'
import type { HookCall } from './watch/node-call-tracker.js'
import { Watches } from './watch/watches.js'

/** How a run with the hook under test goes. */
export interface RehearsalSettings {
  /** What the run is, for messages: `a test without training`. */
  readonly name: string
  readonly make: () => MadeHook
  /** Options of the Runner that the contract was given. */
  readonly given: Partial<RunnerOptions>
  /** Changes the options for this run. */
  readonly adapt?: (options: RunnerOptions) => RunnerOptions
  /** Hooks that come before the one under test, where they have its priority, and after it. */
  readonly before?: readonly Hook[]
  readonly after?: readonly Hook[]
  readonly clock?: FakeClock
  readonly storage?: LateStorage
  /** Whatever the hook writes into the storage fails. */
  readonly isStorageFailing?: boolean
  /** The run is there to see what the hook makes of it that something else fails. */
  readonly somethingFails?: boolean
  /** Takes more time to tell more; one such run is enough. */
  readonly isClose?: boolean
  /** A hook may refuse such a run in beforeRun or beforeTrain, by an error with a code. */
  readonly mayBeRefused?: boolean
  /** What is done with the Runner. */
  readonly act: (stage: Stage) => Promise<unknown>
}

/** What an act has before it. */
export interface Stage {
  readonly runner: Runner
  readonly hook: Hook
  readonly entry: HookEntry
  /** What can be seen now. */
  look(): Look
  /** What can be seen once everything has come to its end that comes by itself. */
  lookAtEnd(): Promise<Look>
  /** What can be seen now of the fields of the hook. */
  fields(): Portrait
  /** What the hook has logged so far. */
  readonly lines: readonly HookLine[]
  /** Hears of each call of the hook that has ended. */
  onCallEnd(tell: (point: string) => void): void
  /** For acts with several runs: one of them has ended. */
  endRun(): Promise<void>
}

/** What could be seen at a moment. */
export interface Look {
  /** Fields of the hook and what its getters give. */
  readonly fields: Portrait
  /** What its `stateDict` gives. */
  readonly state: Portrait
  readonly run: Portrait
}

/** A line of the log that the hook wrote. */
export interface HookLine {
  readonly point: string
  readonly iter: number
  readonly message: string
}

/** What came of a run. */
export interface Rehearsal {
  readonly name: string
  readonly hook: Hook
  readonly findings: readonly ContractFinding[]
  /** Calls of the hook that threw. */
  readonly failures: readonly HookCall[]
  /** The key of the message hub that such a call had asked for in vain. */
  readonly absentKeys: ReadonlyMap<HookCall, string>
  /** What the act ended with. */
  readonly error: unknown
  readonly lines: readonly HookLine[]
  readonly storage: LateStorage
  readonly clock: FakeClock
  readonly mayBeRefused: boolean
  readonly somethingFails: boolean
}

/** Lets a run happen under watch. What the hook throws is told in the result. @throws where no such run can be made */
export async function rehearse(settings: RehearsalSettings): Promise<Rehearsal> {
  const clock = settings.clock ?? new FakeClock()
  const restoreClock = clock.install()
  const watches = new Watches(settings.isClose === true)
  let runner: Runner | undefined
  let error: unknown
  try {
    const { hook, placement } = watches.make(settings.make)
    const { isStorageFailing = false, mayBeRefused = false, somethingFails = false } = settings
    const fails = () => isStorageFailing && watches.tracker.current !== undefined
    const storage = settings.storage ?? new LateStorage(fails)
    runner = new Runner(optionsOf(settings, clock, storage))
    hearCalls(hook, watches.tracker, watches)
    const entry = runner.registerHook(hook, placement)
    checkRequirements(runner, entry)
    for (const other of settings.after ?? []) runner.registerHook(other)
    runner.registerHook(new EpochEnds(() => watches.tensors.endEpoch()))
    watches.meet(runner, hook)
    const stage = new StageOf(runner, entry, watches)
    try {
      await settings.act(stage)
    } catch (caught) {
      error = caught
    }
    await stage.endRun()
    dispose(runner)
    const { failures, absentKeys, lines } = watches
    const findings = watches.end()
    return {
      name: settings.name,
      hook,
      findings,
      failures,
      absentKeys,
      error,
      lines,
      storage,
      clock,
      mayBeRefused,
      somethingFails,
    }
  } finally {
    watches.end()
    restoreClock()
  }
}

/** For how many turns promises are waited for that a run left behind. */
const lateTurns = 8

class StageOf implements Stage {
  readonly hook: Hook

  constructor(
    readonly runner: Runner,
    readonly entry: HookEntry,
    private readonly watches: Watches,
  ) {
    this.hook = entry.hook
  }

  get lines(): readonly HookLine[] {
    return this.watches.lines
  }

  look(): Look {
    const state = portraitOf(this.hook.stateDict?.(), partsOf(this.runner))
    return {
      fields: this.fields(),
      state: withoutDates(state),
      run: withoutDates(runPortrait(this.runner)),
    }
  }

  async lookAtEnd(): Promise<Look> {
    await turns(lateTurns)
    return this.look()
  }

  fields(): Portrait {
    return withoutDates(fieldsOf(this.hook, partsOf(this.runner)))
  }

  onCallEnd(tell: (point: string) => void): void {
    this.watches.onCallEnd = tell
  }

  async endRun(): Promise<void> {
    this.watches.endRun()
    await turns(lateTurns)
  }
}

function withoutDates(portrait: Portrait): Portrait {
  return new Map([...portrait].map(([path, text]) => [path, undated(text)]))
}

function optionsOf(
  { given, adapt = (options) => options, before = [] }: RehearsalSettings,
  clock: FakeClock,
  storage: LateStorage,
): RunnerOptions {
  const options = tinyRunnerOptions({
    model: () => new TinyModel({ clock }),
    ...given,
    storage,
    workDir: 'work_dirs/contract',
    customHooks: [...(given.customHooks ?? []), ...before],
  })
  return adapt(options)
}

function checkRequirements(runner: Runner, { name }: HookEntry): void {
  for (const required of hookRegistry.find(name)?.details.requires ?? []) {
    if (runner.hooks.find(required) !== undefined) continue
    throw new HookloopError(
      'HL_HOOK_REQUIRES',
      `${name} requires ${required}; give it to the contract: expectHookContract(…, { runner: { customHooks: [{ type: ` +
        `'${required}' }] } })`,
    )
  }
}

/** A hook whose `dispose` fails is among the failures already. */
function dispose(runner: Runner): void {
  try {
    runner.dispose()
  } catch {}
  modelOf(runner)?.dispose?.()
}
