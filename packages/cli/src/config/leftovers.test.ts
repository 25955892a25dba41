import { expect, it } from 'vitest'
import { leftoverHints, leftovers } from './leftovers.js'
import { mergeConfigs } from './merge.js'

const base = {
  optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 1, momentum: 0.9 } },
  workDir: 'x',
}
const found = (over: Record<string, unknown>) => leftovers(base, mergeConfigs(base, over), 'top.ts')

it('finds options of the type before', () => {
  expect(found({ optimWrapper: { optimizer: { type: 'Adam', lr: 2 } } })).toEqual([
    { path: 'optimWrapper.optimizer', typeBefore: 'SGD', type: 'Adam', options: ['momentum'], by: 'top.ts' },
  ])
})

it.each([
  [{ optimWrapper: { optimizer: { type: 'SGD', lr: 2 } } }],
  [{ optimWrapper: { optimizer: { _delete_: true, type: 'Adam', lr: 2 } } }],
  [{ optimWrapper: { optimizer: { lr: 2 } } }],
  [{ model: { type: 'Net', depth: 3 } }],
])('finds none in %j', (over) => {
  expect(found(over)).toEqual([])
})

it('speaks of them where they are what is complained about', () => {
  const some = found({ optimWrapper: { optimizer: { type: 'Adam' } } })
  expect(leftoverHints(some, '  optimWrapper.optimizer.momentum: is not an option')).toEqual([
    expect.stringMatching(
      /optimizer was of type SGD; top\.ts made it Adam, and it kept lr, momentum: write _delete_: true/,
    ),
  ])
  expect(leftoverHints(some, '  trainCfg.maxEpoch: is not an option')).toEqual([])
  const [hint] = leftoverHints(
    leftovers(base, mergeConfigs(base, { optimWrapper: { optimizer: { type: 'Adam' } } }), '--cfg-options'),
    'optimWrapper.optimizer.momentum: is not an option',
  )
  expect(hint).toContain(`set the whole object, as in optimWrapper.optimizer='{"type":"Adam"}'`)
})
