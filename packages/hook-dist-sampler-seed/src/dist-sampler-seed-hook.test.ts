import { type DataBatch, Hook, type Runner } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import './index.js'

class Order extends Hook {
  readonly epochs: string[][] = []

  override beforeTrainEpoch() {
    this.epochs.push([])
  }

  override beforeTrainIter(_runner: Runner, _batchIdx: number, { x }: DataBatch) {
    if (x instanceof Tensor) this.epochs.at(-1)?.push(String(x.dataSync()))
  }
}

async function orders(withHook: boolean): Promise<string[]> {
  const order = new Order()
  const defaultHooks = withHook ? {} : { samplerSeed: null }
  await withRunner({ customHooks: [order], defaultHooks }, (runner) => runner.train())
  return order.epochs.map((epoch) => epoch.join())
}

describe('DistSamplerSeedHook', () => {
  it('gives each epoch an order of its own, the same in every run of a seed', async () => {
    const [first, second] = await orders(true)
    expect(first).not.toBe(second)
    expect(await orders(true)).toEqual([first, second])
  })

  it('is what makes the difference', async () => {
    const [first, second] = await orders(false)
    expect(first).toBe(second)
  })
})
