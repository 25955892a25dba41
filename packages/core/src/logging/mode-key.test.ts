import { expect, it } from 'vitest'
import { modeKey } from './mode-key.js'

it('joins mode and name, whatever was joined before', () => {
  const keys = ['loss', 'toString', 'loss'].map((name) => [modeKey('train', name), modeKey('val', name)])
  expect(keys).toEqual([
    ['train/loss', 'val/loss'],
    ['train/toString', 'val/toString'],
    ['train/loss', 'val/loss'],
  ])
})
