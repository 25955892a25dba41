import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { SyncBuffersHook } from './index.js'

it('keeps the hook contract', () => expectHookContract(SyncBuffersHook))
