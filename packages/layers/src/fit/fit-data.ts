import { DataLoader, HookloopError } from '@hookloop/core'

/** What `model.fit` tells callbacks of its data; of a dataset neither is known where it does not know its size. */
export interface FitParams {
  readonly samples?: unknown
  readonly batchSize?: unknown
  readonly steps?: unknown
}

/**
 * Stands for the data of `model.fit`: hooks read its length, nobody reads its examples.
 * @throws `HL_FIT_LENGTH` where nobody knows how many batches an epoch has
 */
export function dataOf(
  { samples, batchSize, steps }: FitParams,
  batchesPerEpoch: number | undefined,
): DataLoader {
  const known = batchesPerEpoch ?? steps
  if (typeof known === 'number') return standIn(known, 1)
  if (typeof samples === 'number' && typeof batchSize === 'number') return standIn(samples, batchSize)
  throw new HookloopError(
    'HL_FIT_LENGTH',
    'how many batches an epoch has is not known, since the dataset does not know its size: give batchesPerEpoch to ' +
      'model.fitDataset, or to fitCallback where an epoch ends with the dataset',
  )
}

function standIn(length: number, batchSize: number): DataLoader {
  const sampler = { length, [Symbol.iterator]: () => [][Symbol.iterator]() }
  return new DataLoader({
    dataset: { length, get: noExample },
    sampler,
    batchSize,
    seed: 0,
    name: 'model.fit',
  })
}

function noExample(): never {
  throw new HookloopError('HL_FIT_DATA', 'the data of model.fit are not there for hooks')
}
