import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { EarlyStoppingHook } from './index.js'

it('keeps the hook contract', () =>
  expectHookContract(EarlyStoppingHook, { hookOptions: { monitor: 'accuracy/top1' } }))

it('keeps the hook contract where the validation lacks its metric', () =>
  expectHookContract(EarlyStoppingHook, { hookOptions: { monitor: 'accuracy/top5' } }))
