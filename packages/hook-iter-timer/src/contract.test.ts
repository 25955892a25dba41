import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { IterTimerHook } from './index.js'

it('keeps the hook contract', () => expectHookContract(IterTimerHook))
