import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DefaultSampler, type DefaultSamplerOptions } from './default-sampler.js'
import { InfiniteSampler, type InfiniteSamplerOptions } from './infinite-sampler.js'

/** A dataset, and the processes that share it. */
const settings = fc.record({
  length: fc.integer({ min: 1, max: 60 }),
  worldSize: fc.integer({ min: 1, max: 8 }),
  seed: fc.nat(),
  epoch: fc.nat(99),
  shuffle: fc.boolean(),
})
type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never

const skips = fc.nat(80)
/** The same cases each time: two orders of eleven examples are alike once in forty million. */
const fixedCases = { seed: 1 }

function contextOf({ length, seed }: Pick<Settings, 'length' | 'seed'>, rank: number, worldSize: number) {
  return { dataset: { length }, dist: { rank, worldSize }, seed }
}

/** The samplers of all processes. */
function defaultSamplers(of: Settings, options: DefaultSamplerOptions = {}): DefaultSampler[] {
  return Array.from({ length: of.worldSize }, (_, rank) => {
    const context = contextOf(of, rank, of.worldSize)
    const sampler = new DefaultSampler(context, { shuffle: of.shuffle, ...options })
    sampler.setEpoch(of.epoch)
    return sampler
  })
}

/** What one process alone goes through. */
function orderOf(of: Settings, options: DefaultSamplerOptions = {}): number[] {
  return defaultSamplers({ ...of, worldSize: 1 }, options).flatMap((sampler) => [...sampler])
}

function infiniteSampler(
  of: Settings,
  rank: number,
  worldSize: number,
  options: InfiniteSamplerOptions = {},
) {
  return new InfiniteSampler(contextOf(of, rank, worldSize), { shuffle: of.shuffle, ...options })
}

function take(iterator: Iterator<number>, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => iterator.next().value)
}

function ascending(values: Iterable<number>): number[] {
  return [...values].sort((one, other) => one - other)
}

const countTo = (length: number) => Array.from({ length }, (_, index) => index)

describe('DefaultSampler', () => {
  it('gives every process as many examples with roundUp, beginning the order anew where it ends', () => {
    fc.assert(
      fc.property(settings, (of) => {
        const order = orderOf(of)
        const share = Math.ceil(of.length / of.worldSize)
        const passes = defaultSamplers(of).map((sampler) => {
          expect(sampler.length).toBe(share)
          expect(sampler.totalSize).toBe(share * of.worldSize)
          return [...sampler]
        })
        passes.forEach((pass, rank) => {
          const places = countTo(share).map((turn) => rank + turn * of.worldSize)
          expect(pass).toEqual(places.map((place) => order[place % of.length]))
        })
        expect(ascending(new Set(passes.flat()))).toEqual(countTo(of.length))
      }),
    )
  })

  it('deals every example out exactly once without roundUp, and to no process two more than to another', () => {
    fc.assert(
      fc.property(settings, (of) => {
        const samplers = defaultSamplers(of, { roundUp: false })
        const passes = samplers.map((sampler) => [...sampler])
        expect(samplers.map(({ length }) => length)).toEqual(passes.map(({ length }) => length))
        expect(ascending(passes.flat())).toEqual(countTo(of.length))
        const lengths = passes.map(({ length }) => length)
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1)
        expect(samplers[0]?.totalSize).toBe(of.length)
      }),
    )
  })

  it('repeats an order with its seed and epoch, and gives another for any other', () => {
    const long = settings.map((of) => ({ ...of, length: of.length + 10, shuffle: true }))
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 1e9 }), (of, further) => {
        const order = orderOf(of)
        expect(orderOf(of)).toEqual(order)
        expect(orderOf({ ...of, seed: of.seed + 1 }, { seed: of.seed })).toEqual(order)
        expect(orderOf({ ...of, epoch: of.epoch + further })).not.toEqual(order)
        expect(orderOf({ ...of, seed: of.seed + further })).not.toEqual(order)
        expect(orderOf(of, { seed: of.seed + further })).not.toEqual(order)
      }),
      fixedCases,
    )
  })

  it('goes from the first example to the last without shuffle, in every epoch', () => {
    fc.assert(
      fc.property(settings, (of) => {
        expect(orderOf(of, { shuffle: false })).toEqual(countTo(of.length))
      }),
    )
  })

  it('puts every example at every place over many epochs', () => {
    const epochs = 4000
    const counts = Array.from({ length: 6 }, () => new Array<number>(6).fill(0))
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = orderOf({ length: 6, worldSize: 1, seed: 7, epoch, shuffle: true })
      order.forEach((index, place) => {
        const row = counts[place]
        if (row !== undefined) row[index] = (row[index] ?? 0) + 1
      })
    }
    // Four and a half standard deviations around a sixth of the epochs.
    const spread = 4.5 * Math.sqrt(epochs * (1 / 6) * (5 / 6))
    for (const count of counts.flat()) expect(Math.abs(count - epochs / 6)).toBeLessThan(spread)
  })

  it('started at a place gives what comes after it', () => {
    fc.assert(
      fc.property(settings, fc.boolean(), skips, (of, roundUp, skipped) => {
        for (const sampler of defaultSamplers(of, { roundUp })) {
          expect([...sampler.startAt(skipped)]).toEqual([...sampler].slice(skipped))
        }
      }),
    )
  })

  it('gives blocks of the order that it gives one by one', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 9 }), skips, (of, count, skipped) => {
        for (const sampler of defaultSamplers(of)) {
          const pass = sampler.startAt(skipped)
          const blocks: number[][] = []
          for (let block = pass.nextBlock(count); block.length > 0; block = pass.nextBlock(count)) {
            blocks.push(block)
          }
          expect(blocks.flat()).toEqual([...sampler.startAt(skipped)])
          expect(blocks.slice(0, -1).every((block) => block.length === count)).toBe(true)
          expect(pass.next()).toEqual({ done: true, value: undefined })
        }
      }),
    )
  })
})

describe('InfiniteSampler', () => {
  it('gives the processes in turn what one process alone goes through', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 40 }), (of, turns) => {
        const stream = take(infiniteSampler(of, 0, 1)[Symbol.iterator](), turns * of.worldSize)
        const iterators = countTo(of.worldSize).map((rank) =>
          infiniteSampler(of, rank, of.worldSize)[Symbol.iterator](),
        )
        const dealt = countTo(turns).flatMap(() => iterators.flatMap((iterator) => take(iterator, 1)))
        expect(dealt).toEqual(stream)
      }),
    )
  })

  it('gives every example once in each pass, and without shuffle in order', () => {
    fc.assert(
      fc.property(settings, (of) => {
        const iterator = infiniteSampler(of, 0, 1)[Symbol.iterator]()
        for (let pass = 0; pass < 4; pass++) {
          const order = take(iterator, of.length).map((index) => index ?? Number.NaN)
          expect(ascending(order)).toEqual(countTo(of.length))
          if (!of.shuffle) expect(order).toEqual(countTo(of.length))
        }
      }),
    )
  })

  it('repeats a stream with its seed, and gives others for other passes and seeds', () => {
    const long = settings.map((of) => ({ ...of, length: of.length + 10, shuffle: true }))
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 1e9 }), (of, further) => {
        const twoPasses = (other: Settings, options: InfiniteSamplerOptions = {}) =>
          take(infiniteSampler(other, 0, 1, options)[Symbol.iterator](), 2 * of.length)
        const stream = twoPasses(of)
        expect(twoPasses(of)).toEqual(stream)
        expect(twoPasses({ ...of, seed: of.seed + 1 }, { seed: of.seed })).toEqual(stream)
        expect(stream.slice(of.length)).not.toEqual(stream.slice(0, of.length))
        expect(twoPasses({ ...of, seed: of.seed + further })).not.toEqual(stream)
      }),
      fixedCases,
    )
  })

  it('started at a place gives what comes after it', () => {
    fc.assert(
      fc.property(settings, skips, (of, skipped) => {
        for (let rank = 0; rank < of.worldSize; rank++) {
          const sampler = infiniteSampler(of, rank, of.worldSize)
          const whole = take(sampler[Symbol.iterator](), skipped + 20)
          expect(take(sampler.startAt(skipped), 20)).toEqual(whole.slice(skipped))
        }
      }),
    )
  })

  it('does not heed epochs, as its stream goes on by itself', () => {
    fc.assert(
      fc.property(settings, (of) => {
        const sampler = infiniteSampler(of, 0, of.worldSize)
        const before = take(sampler[Symbol.iterator](), 20)
        sampler.setEpoch(of.epoch)
        expect(take(sampler[Symbol.iterator](), 20)).toEqual(before)
      }),
    )
  })
})
