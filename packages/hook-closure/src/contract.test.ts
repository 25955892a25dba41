import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { ClosureHook } from './index.js'

it('keeps the hook contract', () =>
  expectHookContract(ClosureHook, { hookOptions: { point: 'afterTrainIter', fn: () => undefined } }))
