import { describe, expect, it } from 'vitest'
import { HookError } from '../errors/hook-error.js'
import { Hook } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import { Logger } from '../logging/logger.js'
import { captureHookStates, restoreHookStates } from './hook-states.js'
import type { StateTree } from './state-tree.js'

/** Gives what `make` makes, and cannot take anything back where that is `fail`. */
class Stateful extends Hook {
  restored: StateTree | undefined
  constructor(
    private readonly make: () => StateTree,
    private readonly fail = false,
  ) {
    super()
  }
  override stateDict(): StateTree {
    return this.make()
  }
  override loadStateDict(state: StateTree): void {
    if (this.fail) throw new Error('cannot take it')
    this.restored = state
  }
}

function runWith(hooks: Readonly<Record<string, Hook>>) {
  const lines: string[] = []
  const logger = new Logger('test')
  logger.addSink({ write: (message) => void lines.push(message) })
  const entries = Object.entries(hooks).map(
    ([name, hook]): HookEntry => ({
      hook,
      name,
      key: name,
      priority: 50,
      packageName: 'a-package 1.2.3',
      before: undefined,
      after: undefined,
    }),
  )
  return { run: { epoch: 2, iter: 7, hooks: { entries }, logger }, lines }
}

function cyclic(): StateTree {
  const state: StateTree = { inner: {} }
  state.inner = { outer: state }
  return state
}

function errorOf(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}

const good = () => new Stateful(() => ({ count: 3 }))
const bad: readonly [string, () => StateTree, RegExp][] = [
  ['throws', () => JSON.parse('no JSON'), /not valid JSON/],
  ['holds itself', cyclic, /inner\.outer of the checkpoint holds itself.*HL_CHECKPOINT_VALUE/],
  ['holds a Map', () => Object({ seen: new Map() }), /seen of the checkpoint is Map.*HL_CHECKPOINT_VALUE/],
]

describe('states of hooks', () => {
  it.each(bad)('a stateDict that %s is an error that names the hook', (_how, make, text) => {
    const { run } = runWith({ First: good(), Culprit: new Stateful(make) })
    const error = errorOf(() => captureHookStates(run, false))
    expect(error).toBeInstanceOf(HookError)
    expect(String(error)).toMatch(/Culprit of a-package 1\.2\.3 failed in stateDict at epoch 2, iteration 7/)
    expect(String(error)).toMatch(text)
  })

  it.each(bad)('where it %s, a salvage leaves it out, says so, and keeps the others', (_how, make) => {
    const { run, lines } = runWith({ First: good(), Culprit: new Stateful(make), Last: good() })
    expect(captureHookStates(run, true)).toEqual({ First: { count: 3 }, Last: { count: 3 } })
    expect(lines).toEqual([expect.stringMatching(/Culprit .*saved without its state/)])
  })

  it('come back to the hooks of their keys; others are warned of', () => {
    const hook = good()
    const { run, lines } = runWith({ First: hook })
    restoreHookStates(run, { First: { count: 5 }, Gone: { count: 1 } })
    expect(hook.restored).toEqual({ count: 5 })
    expect(lines).toEqual(['the checkpoint holds state of Gone, which is not in this run'])
  })

  it('a loadStateDict that throws is an error that names the hook', () => {
    const { run } = runWith({ Culprit: new Stateful(() => ({}), true) })
    expect(() => restoreHookStates(run, { Culprit: {} })).toThrow(
      /Culprit of a-package 1\.2\.3 failed in loadStateDict.*cannot take it.*HL_HOOK_FAILED/,
    )
  })
})
