import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { DistSamplerSeedHook } from './index.js'

it('keeps the hook contract', () => expectHookContract(DistSamplerSeedHook))
