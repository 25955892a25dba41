import type { Metrics, ParamScheduler, StateTree } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { LinePair, pairOptimizers } from '@hookloop-tests/support/line-pair'
import { describe, expect, it } from 'vitest'
import { ParamSchedulerHook } from './index.js'

/** Writes down when it is asked to step. */
class Recorder implements ParamScheduler {
  constructor(
    private readonly calls: string[],
    private readonly name: string,
    readonly byEpoch: boolean,
    readonly needsMetrics = false,
  ) {}

  step(metrics?: Metrics): void {
    this.calls.push(metrics === undefined ? this.name : `${this.name} ${JSON.stringify(metrics)}`)
  }

  stateDict(): StateTree {
    return {}
  }

  loadStateDict(): void {}
}

describe('ParamSchedulerHook', () => {
  it('steps each scheduler when its unit ends, in the order of the list', async () => {
    const calls: string[] = []
    const paramScheduler = [
      new Recorder(calls, 'epoch', true),
      new Recorder(calls, 'a', false),
      new Recorder(calls, 'b', false),
    ]
    await withRunner({ paramScheduler, trainCfg: { maxEpochs: 1 }, customHooks: [] }, (runner) =>
      runner.train(),
    )
    expect(calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'epoch'])
  })

  it('steps those of every optimizer, and gives the metrics of a validation to those that want them', async () => {
    const calls: string[] = []
    const hook = new ParamSchedulerHook()
    await withRunner(
      {
        model: new LinePair(),
        optimWrapper: pairOptimizers,
        paramScheduler: {
          left: [new Recorder(calls, 'plateau', true, true)],
          right: [new Recorder(calls, 'epoch', true)],
        },
      },
      async (runner) => {
        await runner.train()
        expect(calls).toEqual(['plateau', 'epoch', 'plateau', 'epoch'])
        calls.length = 0
        hook.beforeTrain(runner)
        hook.afterValEpoch(runner, { acc: 0.5 })
      },
    )
    expect(calls).toEqual(['plateau {"acc":0.5}'])
  })

  it('does nothing without schedulers', async () => {
    await expect(withRunner({}, (runner) => runner.train())).resolves.toBeUndefined()
  })

  it('fills its slot by being imported, and leaves it when told', async () => {
    const names = await withRunner({}, async (runner) =>
      runner.hooks.entries.map(({ name, priority }) => [name, priority]),
    )
    expect(names).toEqual([['ParamSchedulerHook', 70]])
    const without = await withRunner(
      { defaultHooks: { paramScheduler: null } },
      async (runner) => runner.hooks.entries,
    )
    expect(without).toEqual([])
  })
})
