import * as v from 'valibot'
import { isTypedConfig } from '../registry/typed-config.js'

const wholeBatches = 'must be a whole number above 0, such as 64'
const count = v.pipe(v.number(wholeBatches), v.integer(wholeBatches), v.minValue(1, wholeBatches))
const fromZero = 'must be a whole number from 0'
const countFromZero = v.pipe(v.number(fromZero), v.integer(fromZero), v.minValue(0, fromZero))

// Timers count milliseconds in 31 bits.
const mostSeconds = 2_147_483
const fromZeroSeconds = `must be a number of seconds from 0 (no limit) to ${mostSeconds}`
const seconds = v.pipe(
  v.number(fromZeroSeconds),
  v.minValue(0, fromZeroSeconds),
  v.maxValue(mostSeconds, fromZeroSeconds),
)

/** A data loader that is written as a config. */
export const dataLoaderSchema = v.strictObject(
  {
    dataset: v.custom(
      (value) => isTypedConfig(value) || isDataset(value),
      'must be a dataset, with a length (a whole number) and a method get(index, random) or getBatch(indices, random), or a config with a type',
    ),
    batchSize: count,
    sampler: v.optional(
      v.custom(
        (value) => isTypedConfig(value) || isSampler(value),
        "must be a sampler, with a length and an iterator over indices, or a config such as { type: 'InfiniteSampler' }",
      ),
    ),
    dropLast: v.optional(v.boolean('must be true or false')),
    collate: v.optional(v.function('must be a function from samples to a batch')),
    prefetch: v.optional(countFromZero),
    numWorkers: v.optional(countFromZero),
    prefetchFactor: v.optional(count),
    persistentWorkers: v.optional(v.boolean('must be true or false')),
    timeout: v.optional(seconds),
    numBatchPerEpoch: v.optional(count),
  },
  'must be a DataLoader or an object such as { dataset, batchSize: 64 }',
)

/** What {@link DataLoader} itself takes: built parts, and more than a config has. */
export const dataLoaderSettingsSchema = v.object(dataLoaderSchema.entries)

function isDataset(value: unknown): boolean {
  if (!hasLength(value) || !(isMethod(value, 'get') || isMethod(value, 'getBatch'))) return false
  const length: unknown = Reflect.get(value, 'length')
  return typeof length === 'number' && Number.isSafeInteger(length) && length >= 0
}

function isSampler(value: unknown): boolean {
  return hasLength(value) && isMethod(value, Symbol.iterator)
}

function hasLength(value: unknown): value is object {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'length') === 'number'
}

function isMethod(value: object, name: PropertyKey): boolean {
  return typeof Reflect.get(value, name) === 'function'
}
