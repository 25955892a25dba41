import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { RuntimeInfoHook } from './index.js'

it('keeps the hook contract', () => expectHookContract(RuntimeInfoHook))
