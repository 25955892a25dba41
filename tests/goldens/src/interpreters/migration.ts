import { type ParamScheduler, paramSchedulerRegistry } from '@hookloop/core'
import '@hookloop/scheduler'
import { camelCaseKeys } from '../camel-case.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { makeTarget, momentumOf, typed } from './schedulers.js'

export const interpret: Interpreter = (golden, skip) => {
  if (golden.mmengine === null) skip(`MMEngine has no scheduler that does this: ${String(golden.note)}`)
  const { lr, momentum } = play(golden)
  const expected = golden.exact === true ? golden.expected_mmcv_lr : golden.mmengine_lr
  expectCloseTo(lr, expected, 1e-9, 'lr')
  if (golden.exact === true && golden.expected_mmcv_momentum !== undefined)
    expectCloseTo(momentum, golden.expected_mmcv_momentum, 1e-9, 'momentum')
}

/** Learning rates and momenta of each iteration, by group. */
function play(golden: GoldenCase): { lr: number[][]; momentum: number[][] } {
  const epochLength = Number(golden.epoch_length)
  const maxEpochs = Number(golden.max_epochs)
  const groups = listOf(golden.base_lr).map((lr) => ({ lr }))
  const { realGroups, ...target } = makeTarget({ optimizer: { type: 'SGD', momentum: 0.9, groups } })
  const ends = { epochLength, maxEpochs, maxIters: maxEpochs * epochLength }
  const schedulers: ParamScheduler[] = listOf(golden.mmengine).map((config) =>
    paramSchedulerRegistry.build(typed(camelCaseKeys(fieldsOf(config))), target, ends),
  )
  const seen: { lr: number[][]; momentum: number[][] } = { lr: [], momentum: [] }
  for (let iter = 1; iter <= maxEpochs * epochLength; iter++) {
    seen.lr.push(realGroups.map(({ lr }) => lr))
    seen.momentum.push(realGroups.map(momentumOf))
    for (const scheduler of schedulers) {
      if (!scheduler.byEpoch || iter % epochLength === 0) scheduler.step()
    }
  }
  return seen
}
