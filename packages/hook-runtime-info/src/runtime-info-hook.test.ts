import { Metric, type RunnerOptions } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { LinePair, pairOptimizers } from '@hookloop-tests/support/line-pair'
import { describe, expect, it } from 'vitest'
import './index.js'

class Fixed extends Metric {
  process(): void {}
  computeMetrics() {
    return { acc: 0.5, names: ['a', 'b'] }
  }
}

function validating(options: Partial<RunnerOptions>): Partial<RunnerOptions> {
  const valDataloader = options.trainDataloader
  return valDataloader === undefined ? options : { ...options, valDataloader, valEvaluator: new Fixed() }
}

describe('RuntimeInfoHook', () => {
  it('notes where a run stands, its rates and its losses', async () => {
    const { info, scalars } = await withRunner({}, async (runner) => {
      await runner.train()
      return runner.messageHub
    })
    expect(Object.fromEntries(info)).toMatchObject({
      seed: 1,
      epoch: 1,
      iter: 7,
      max_epochs: 2,
      max_iters: 8,
      loop_stage: 'train',
      hookloop_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
    expect([...scalars.keys()]).toEqual(['train/lr', 'train/loss'])
    expect(scalars.get('train/loss')?.length).toBe(8)
    expect(scalars.get('train/lr')?.current()).toBe(0.1)
  })

  it('notes the rates of several optimizers under their names', async () => {
    const { scalars } = await withRunner(
      { model: new LinePair(), optimWrapper: pairOptimizers },
      async (runner) => {
        await runner.train()
        return runner.messageHub
      },
    )
    expect([...scalars.keys()]).toEqual([
      'train/left.lr',
      'train/right.lr',
      'train/left_loss',
      'train/right_loss',
    ])
    expect(scalars.get('train/right.lr')?.current()).toBe(0.05)
  })

  it('notes single numbers of metrics as scalars and the rest as facts', async () => {
    const base = await withRunner({}, async (runner) => runner.options)
    await withRunner(
      validating({ trainDataloader: base.trainDataloader ?? { dataset: { length: 1 }, batchSize: 1 } }),
      async (runner) => {
        await runner.val()
        expect(runner.messageHub.getScalar('val/acc').current()).toBe(0.5)
        expect(runner.messageHub.getInfo('val/names')).toEqual(['a', 'b'])
        expect(runner.messageHub.info.has('loop_stage')).toBe(false)
      },
    )
  })

  it('comes very early', async () => {
    const [entry] = await withRunner({}, async (runner) => runner.hooks.entries)
    expect(entry).toMatchObject({ name: 'RuntimeInfoHook', priority: 10 })
  })
})
