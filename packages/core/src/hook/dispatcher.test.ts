import { describe, expect, it } from 'vitest'
import { HookError } from '../errors/hook-error.js'
import { HookDispatcher } from './dispatcher.js'
import { Hook } from './hook.js'
import type { HookEntry } from './hook-entry.js'

const place = { epoch: 2, iter: 7 }

function entry(hook: Hook, extra: Partial<HookEntry> = {}): HookEntry {
  const name = extra.name ?? hook.constructor.name
  return {
    hook,
    name,
    key: name,
    priority: 50,
    packageName: undefined,
    before: undefined,
    after: undefined,
    ...extra,
  }
}

/** A hook that writes its name down. */
function noting(name: string, calls: string[], result: () => void | Promise<void> = () => undefined): Hook {
  class Noting extends Hook {
    override beforeTrain() {
      calls.push(name)
      return result()
    }
  }
  return new Noting()
}

function dispatcherOf(...entries: readonly HookEntry[]): HookDispatcher {
  const dispatcher = new HookDispatcher(() => place)
  for (const one of entries) dispatcher.add(one)
  return dispatcher
}

// The hooks here do not look at the runner.
function fireBeforeTrain(dispatcher: HookDispatcher): void | Promise<void> {
  return Reflect.apply(dispatcher.fire.beforeTrain, undefined, [undefined])
}

describe('HookDispatcher', () => {
  it('calls by priority, equals as they were added', () => {
    const calls: string[] = []
    const add = (name: string, priority: number) => entry(noting(name, calls), { name, priority })
    void fireBeforeTrain(dispatcherOf(add('c', 60), add('a', 50), add('b', 50), add('first', 0)))
    expect(calls).toEqual(['first', 'a', 'b', 'c'])
  })

  it('settles ties by before and after', () => {
    const names = (...entries: readonly HookEntry[]) =>
      dispatcherOf(...entries).entries.map(({ name }) => name)
    const hook = noting('x', [])
    expect(names(entry(hook, { name: 'a' }), entry(hook, { name: 'b', before: 'a' }))).toEqual(['b', 'a'])
    expect(names(entry(hook, { name: 'a', after: 'b' }), entry(hook, { name: 'b' }))).toEqual(['b', 'a'])
    const apart = () =>
      names(entry(hook, { name: 'b', priority: 60 }), entry(hook, { name: 'a', after: 'b' }))
    expect(apart).toThrow(/HL_HOOK_ORDER/)
  })

  it('returns no promise unless a hook did', async () => {
    const calls: string[] = []
    expect(fireBeforeTrain(dispatcherOf())).toBeUndefined()
    expect(fireBeforeTrain(dispatcherOf(entry(noting('sync', calls))))).toBeUndefined()
    const slow = noting('slow', calls, async () => {
      await Promise.resolve()
      calls.push('slow ended')
    })
    await fireBeforeTrain(dispatcherOf(entry(slow), entry(noting('next', calls))))
    expect(calls).toEqual(['sync', 'slow', 'slow ended', 'next'])
  })

  it('uses one function for all points that nobody implements', () => {
    const { fire } = dispatcherOf(entry(noting('x', [])))
    expect(fire.afterTrainIter).toBe(fire.beforeValIter)
    expect(fire.beforeTrain).not.toBe(fire.afterTrainIter)
  })

  it.each([
    ['sync', () => expect.fail('boom')],
    ['async', async () => expect.fail('boom')],
  ])('calls the others when a %s hook fails, then throws its error with all facts', async (_kind, fail) => {
    const calls: string[] = []
    const failing = entry(noting('bad', calls, fail), { name: 'BadHook', packageName: '@x/bad 1.2.3' })
    const error = await Promise.resolve()
      .then(() => fireBeforeTrain(dispatcherOf(failing, entry(noting('good', calls)))))
      .catch((thrown: unknown) => thrown)
    expect(calls).toEqual(['bad', 'good'])
    expect(error).toBeInstanceOf(HookError)
    expect(String(error)).toMatch(
      /BadHook of @x\/bad 1\.2\.3 failed in beforeTrain at epoch 2, iteration 7: .*boom/,
    )
    expect(error instanceof HookError && error.cause).toBeTruthy()
  })

  it('gives the shared methods the mode', () => {
    const seen: unknown[] = []
    class Shared extends Hook {
      override afterIter(...args: readonly unknown[]) {
        seen.push(args.slice(1))
      }
      override beforeEpoch(_runner: unknown, mode: string) {
        seen.push(mode)
      }
      override beforeTestEpoch() {
        seen.push('own')
      }
    }
    const { fire } = dispatcherOf(entry(new Shared()))
    Reflect.apply(fire.afterValIter, undefined, ['runner', 3, 'batch', 'outputs'])
    Reflect.apply(fire.beforeTrainEpoch, undefined, ['runner'])
    Reflect.apply(fire.beforeTestEpoch, undefined, ['runner'])
    expect(seen).toEqual([[3, 'batch', 'outputs', 'val'], 'train', 'own'])
  })

  it('prints the hooks of each point', () => {
    expect(dispatcherOf(entry(noting('x', []), { name: 'MyHook', priority: 30 })).table()).toBe(
      [
        'Hooks will be executed in the following order:',
        'beforeTrain:',
        `(HIGH        ) ${'MyHook'.padEnd(35)}`,
        ' -------------------- ',
      ].join('\n'),
    )
  })
})
