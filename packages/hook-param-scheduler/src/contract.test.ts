import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { ParamSchedulerHook } from './index.js'

it('keeps the hook contract', () => expectHookContract(ParamSchedulerHook))
