import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { NaiveVisualizationHook } from './index.js'

it('keeps the hook contract', () =>
  expectHookContract(NaiveVisualizationHook, {
    hookOptions: { modes: ['train', 'val', 'test'], interval: 2 },
  }))
