import { ArrayDataset, DefaultSampler, InfiniteSampler, type Sampler } from '@hookloop/core'
import { expect } from 'vitest'
import type { GoldenCase, Interpreter } from '../interpreter.js'

interface Setting {
  readonly length: number
  readonly worldSize: number
  readonly shuffle: boolean
  readonly seed: number
  readonly roundUp: boolean
  readonly epoch: number
}

export const interpret: Interpreter = (golden) => {
  const setting = settingOf(golden)
  if (golden.type === 'InfiniteSampler')
    return golden.kind === 'property' ? expectEndless(golden, setting) : interpretInfinite(golden, setting)
  const samplers = ranksOf(setting).map((rank) => defaultSampler(setting, rank))
  if (golden.kind === 'property') return expectProperties(golden, setting, samplers)
  const ranks = samplers.map((sampler, rank) => ({
    rank,
    indices: [...sampler],
    len: sampler.length,
    num_samples: sampler.length,
    total_size: sampler.totalSize,
  }))
  expect({ ranks }).toEqual(golden.expected)
}

function interpretInfinite(golden: GoldenCase, setting: Setting): void {
  const ranks = ranksOf(setting).map((rank) => {
    const sampler = infiniteSampler(setting, rank)
    return { rank, first: take(sampler, Number(golden.take)), len: sampler.length }
  })
  expect({ ranks }).toEqual(golden.expected)
}

function infiniteSampler(setting: Setting, rank: number): InfiniteSampler {
  const { shuffle, seed, epoch } = setting
  const sampler = new InfiniteSampler(contextOf(setting, rank), { shuffle, seed })
  sampler.setEpoch?.(epoch)
  return sampler
}

/** A shuffled stream: the ranks in turn give a permutation of the dataset, and then another one, whatever the epoch. */
function expectEndless({ expected, take: count }: GoldenCase, setting: Setting): void {
  const streamOf = (changed: Partial<Setting>) =>
    ranksOf(setting).map((rank) => take(infiniteSampler({ ...setting, ...changed }, rank), Number(count)))
  const streams = streamOf({})
  const [again, otherEpoch] = [streamOf({}), streamOf({ epoch: setting.epoch + 1 })]
  const ranks = streams.map((stream, rank) => ({
    rank,
    count: stream.length,
    repeatable: String(again[rank]) === String(stream),
    changes_with_epoch: String(otherEpoch[rank]) !== String(stream),
  }))
  expect(ranks).toEqual(expected.ranks)
  const head = dealtInTurn(streams).slice(0, setting.length)
  if ('first_n_interleaved_is_permutation' in expected)
    expect(isPermutation(head)).toBe(expected.first_n_interleaved_is_permutation)
}

function expectProperties(
  { expected }: GoldenCase,
  setting: Setting,
  samplers: readonly DefaultSampler[],
): void {
  const orders = samplers.map((sampler) => [...sampler])
  const ranks = samplers.map((sampler, rank) => {
    const again = defaultSampler(setting, rank)
    const other = defaultSampler({ ...setting, epoch: setting.epoch + 1 }, rank)
    const order = String(orders[rank])
    return {
      rank,
      count: sampler.length,
      repeatable: String([...again]) === order,
      changes_with_epoch: String([...other]) !== order,
    }
  })
  expect(ranks).toEqual(expected.ranks)
  const dealt = dealtInTurn(orders)
  if ('first_n_interleaved_is_permutation' in expected)
    expect(isPermutation(dealt.slice(0, setting.length))).toBe(expected.first_n_interleaved_is_permutation)
  if ('tail_repeats_head' in expected) {
    const tail = dealt.slice(setting.length)
    expect(tail.every((index, place) => index === dealt[place % setting.length])).toBe(
      expected.tail_repeats_head,
    )
  }
}

/** First of all ranks, second of all ranks, and so on. */
function dealtInTurn(orders: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...orders.map((order) => order.length))
  return Array.from({ length: longest }, (_, place) =>
    orders.flatMap((order) => order.slice(place, place + 1)),
  ).flat()
}

function isPermutation(indices: readonly number[]): boolean {
  return String(indices.toSorted((a, b) => a - b)) === String(Array.from(indices.keys()))
}

function settingOf(golden: GoldenCase): Setting {
  return {
    length: Number(golden.dataset_length),
    worldSize: Number(golden.world_size ?? 1),
    shuffle: golden.shuffle !== false,
    seed: Number(golden.seed ?? 0),
    roundUp: golden.round_up !== false,
    epoch: Number(golden.epoch ?? 0),
  }
}

function ranksOf({ worldSize }: Setting): number[] {
  return Array.from({ length: worldSize }, (_, rank) => rank)
}

function contextOf({ length, worldSize, seed }: Setting, rank: number) {
  const dataset = new ArrayDataset({ index: { values: new Int32Array(length) } })
  return { dataset, dist: { rank, worldSize }, seed }
}

function defaultSampler(setting: Setting, rank: number): DefaultSampler {
  const { shuffle, seed, roundUp, epoch } = setting
  const sampler = new DefaultSampler(contextOf(setting, rank), { shuffle, seed, roundUp })
  sampler.setEpoch(epoch)
  return sampler
}

function take(sampler: Sampler, count: number): number[] {
  const taken: number[] = []
  for (const index of sampler) {
    if (taken.length === count) break
    taken.push(index)
  }
  return taken
}
