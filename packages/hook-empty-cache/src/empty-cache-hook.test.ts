import { type Engine, HookDispatcher } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { describe, expect, it } from 'vitest'
import { EmptyCacheHook, type EmptyCacheHookOptions } from './index.js'

/** How often the engine is asked for memory in a run of two epochs of four batches. */
async function asked(options: EmptyCacheHookOptions): Promise<number> {
  let count = 0
  const engine: Engine = {
    name: 'counting',
    backend: 'cpu',
    version: '1',
    readsAreCheap: true,
    describe: () => 'counting',
    emptyCache: () => {
      count += 1
    },
  }
  await withRunner({ engine, customHooks: [new EmptyCacheHook(options)] }, (runner) => runner.train())
  return count
}

describe('EmptyCacheHook', () => {
  it.each([
    [{}, 2],
    [{ afterEpoch: false }, 0],
    [{ beforeEpoch: true }, 4],
    [{ afterEpoch: false, afterIter: true }, 8],
  ])('with %j asks %d times', async (options, times) => {
    expect(await asked(options)).toBe(times)
  })

  it('implements only the points that are switched on', () => {
    const dispatcher = new HookDispatcher(() => ({ epoch: 0, iter: 0 }))
    const hook = new EmptyCacheHook()
    dispatcher.add({
      hook,
      name: 'EmptyCacheHook',
      key: 'EmptyCacheHook',
      priority: 50,
      packageName: undefined,
      before: undefined,
      after: undefined,
    })
    expect(dispatcher.has('afterTrainEpoch')).toBe(true)
    expect(dispatcher.has('afterTrainIter')).toBe(false)
    expect(dispatcher.has('beforeValEpoch')).toBe(false)
  })

  it('refuses options that it does not know', () => {
    expect(() => new EmptyCacheHook(JSON.parse('{"afterIters": true}'))).toThrow(
      /afterIters.*Did you mean 'afterIter'/,
    )
  })
})
