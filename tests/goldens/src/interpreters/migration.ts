import { type ParamScheduler, paramSchedulerRegistry } from '@hookloop/core'
import '@hookloop/scheduler'
import { camelCaseKeys } from '../camel-case.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { makeTarget, momentumOf, typed } from './schedulers.js'

type Fields = Readonly<Record<string, unknown>>

export const interpret: Interpreter = (golden, skip) => {
  const configs = golden.mmengine === null ? beyondMMEngine(golden) : listOf(golden.mmengine)
  if (configs === undefined)
    return skip(`neither MMEngine nor hookloop has a scheduler that does this: ${String(golden.note)}`)
  const { lr, momentum } = play(golden, configs)
  const isExact = golden.exact === true || golden.mmengine === null
  expectCloseTo(lr, isExact ? golden.expected_mmcv_lr : golden.mmengine_lr, 1e-9, 'lr')
  if (isExact && golden.expected_mmcv_momentum !== undefined)
    expectCloseTo(momentum, golden.expected_mmcv_momentum, 1e-9, 'momentum')
}

/** Schedulers that we have for policies of MMCV which MMEngine left out; undefined where there is none. */
function beyondMMEngine({ mmcv }: GoldenCase): readonly unknown[] | undefined {
  const { lr_config: rate, momentum_config: momentum } = fieldsOf(mmcv)
  const rates = replacementOf(fieldsOf(rate), 'LR')
  const momenta = replacementOf(fieldsOf(momentum ?? { policy: 'fixed' }), 'Momentum')
  return rates === undefined || momenta === undefined ? undefined : [...rates, ...momenta]
}

function replacementOf(config: Fields, suffix: 'LR' | 'Momentum'): readonly unknown[] | undefined {
  const { policy, warmup, by_epoch: byEpoch, min_lr: minLr, min_momentum: minMomentum, ...options } = config
  const [etaMin] = [minLr, minMomentum].filter((least) => least !== undefined)
  const least = etaMin === undefined ? {} : { eta_min: etaMin }
  if ((warmup ?? null) !== null) return undefined
  if (policy === 'fixed') return []
  if (policy === 'inv' && suffix === 'LR') return [{ type: 'InvLR', by_epoch: byEpoch ?? true, ...options }]
  if (policy === 'cyclic')
    return [{ type: `Cyclic${suffix}`, ...options, ...ratioOf(config), by_epoch: byEpoch ?? false }]
  if (policy === 'OneCycle') {
    const { max_lr: peak, ...rest } = options
    const ours = peak === undefined ? {} : { eta_max: peak }
    return [{ type: `OneCycle${suffix}`, ...rest, ...ours, by_epoch: byEpoch ?? false }]
  }
  if (policy !== 'step') return undefined
  const { step, ...rest } = options
  const steps = Array.isArray(step)
    ? { type: `MultiStep${suffix}`, milestones: step }
    : { type: `Step${suffix}`, step_size: step }
  return [{ ...steps, ...rest, ...least, by_epoch: byEpoch ?? true }]
}

/** MMCV takes the highest factor alone, too. */
function ratioOf({ target_ratio: ratio }: Fields): Fields {
  return typeof ratio === 'number' ? { target_ratio: [ratio, ratio / 1e5] } : {}
}

/** Learning rates and momenta of each iteration, by group. */
function play(golden: GoldenCase, configs: readonly unknown[]): { lr: number[][]; momentum: number[][] } {
  const epochLength = Number(golden.epoch_length)
  const maxEpochs = Number(golden.max_epochs)
  const groups = listOf(golden.base_lr).map((lr) => ({ lr }))
  const { realGroups, ...target } = makeTarget({ optimizer: { type: 'SGD', momentum: 0.9, groups } })
  const ends = { epochLength, maxEpochs, maxIters: maxEpochs * epochLength }
  const schedulers: ParamScheduler[] = configs.map((config) =>
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
