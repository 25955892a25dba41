import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { EmptyCacheHook } from './index.js'

it('keeps the hook contract', () =>
  expectHookContract(EmptyCacheHook, { hookOptions: { beforeEpoch: true, afterIter: true } }))
