import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { CheckpointHook } from './index.js'

it('keeps the hook contract by epochs', () => expectHookContract(CheckpointHook))

it('keeps the hook contract by iterations, with the best and few files', () =>
  expectHookContract(CheckpointHook, {
    hookOptions: { byEpoch: false, interval: 2, maxKeepCkpts: 2, saveBest: 'accuracy/top1' },
  }))

it('keeps the hook contract with the best of whatever comes first', () =>
  expectHookContract(CheckpointHook, { hookOptions: { saveBest: 'auto', interval: 1 } }))
