import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { PrepareTTAHook } from './index.js'

it('keeps the hook contract', () =>
  expectHookContract(PrepareTTAHook, {
    hookOptions: {
      ttaCfg: { type: 'ClassificationTTA', augmentations: ['Identity', 'HorizontalFlip'] },
    },
  }))
