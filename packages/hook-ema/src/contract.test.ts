import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { EMAHook, type EMAHookOptions } from './index.js'

it.each<EMAHookOptions>([
  { momentum: 0.1 },
  { emaType: 'StochasticWeightAverage', interval: 2, updateBuffers: true },
  { momentum: 0.1, beginEpoch: 2 },
])('keeps the hook contract with %o', (hookOptions) => expectHookContract(EMAHook, { hookOptions }))
