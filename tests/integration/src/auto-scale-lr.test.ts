import { Hook, type Runner } from '@hookloop/core'
import '@hookloop/scheduler'
import '@hookloop/optim'
import { withRunner } from '@hookloop-tests/support'
import { describe, expect, it } from 'vitest'

/** The learning rates of the groups when training begins. */
class Rates extends Hook {
  seen: readonly number[] = []
  override beforeTrain(runner: Runner): void {
    this.seen = runner.optimWrapper?.paramGroups.map(({ lr }) => lr) ?? []
  }
}

async function ratesWith(options: Parameters<typeof withRunner>[0]): Promise<readonly number[]> {
  const rates = new Rates()
  await withRunner({ ...options, customHooks: [rates] }, (runner) => runner.train())
  return rates.seen
}

// The runs of withRunner have batches of 2 and a learning rate of 0.1.
describe('autoScaleLr', () => {
  it('multiplies every rate by the batch size over the one that it was chosen for', async () => {
    expect(await ratesWith({ autoScaleLr: { enable: true, baseBatchSize: 8 } })).toEqual([0.025])
    expect(await ratesWith({ autoScaleLr: { baseBatchSize: 8 } })).toEqual([0.1])
    expect(await ratesWith({ autoScaleLr: { enable: false, baseBatchSize: 8 } })).toEqual([0.1])
  })

  it('reaches all groups, the one for the base values too', async () => {
    const optimWrapper = {
      type: 'OptimWrapper',
      optimizer: { type: 'SGD', lr: 0.1 },
      paramwiseCfg: { customKeys: { weight: { lrMult: 10 } } },
    } as const
    const plain = await ratesWith({ optimWrapper })
    const scaled = await ratesWith({ optimWrapper, autoScaleLr: { enable: true, baseBatchSize: 1 } })
    expect(plain.length).toBeGreaterThan(0)
    expect(scaled).toEqual(plain.map((lr) => lr * 2))
  })

  it('comes before the schedulers, which start from the scaled rate', async () => {
    const paramScheduler = { type: 'ConstantLR', factor: 0.5, byEpoch: true, end: 2 } as const
    expect(await ratesWith({ paramScheduler, autoScaleLr: { enable: true, baseBatchSize: 4 } })).toEqual([
      0.025,
    ])
  })
})
