import { hasCode, type Metrics, paramSchedulerRegistry } from '@hookloop/core'
import { ReduceOnPlateauLR, ReduceOnPlateauMomentum } from '@hookloop/scheduler'
import { expect } from 'vitest'
import { camelCaseKeys } from '../camel-case.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'
import { makeTarget, momentumOf, typed } from './schedulers.js'

// The same order of calls as ParamSchedulerHook: each epoch without metrics, then the metrics of a validation.
export const interpret: Interpreter = (golden) => {
  const expected = fieldsOf(withNonFinite(golden.expected))
  const target = makeTarget(golden)
  const maxEpochs = Number(golden.max_epochs)
  const schedulers = listOf(golden.schedulers).map((config) =>
    paramSchedulerRegistry.build(typed(camelCaseKeys(config)), target, {}),
  )
  const plateau = schedulers.find(
    (one) => one instanceof ReduceOnPlateauLR || one instanceof ReduceOnPlateauMomentum,
  )
  const script = listOf(withNonFinite(golden.metrics)).map((entry): Metrics => ({ ...fieldsOf(entry) }))
  const rates: number[][] = []
  const momenta: number[][] = []
  const states: unknown[] = []
  let failure: { epoch: number; error: unknown } | undefined
  let validations = 0
  for (let epoch = 1; epoch <= maxEpochs && failure === undefined; epoch++) {
    rates.push(target.realGroups.map(({ lr }) => lr))
    momenta.push(target.realGroups.map(momentumOf))
    for (const scheduler of schedulers) if (scheduler.byEpoch) scheduler.step()
    if (epoch % Number(golden.val_interval ?? 1) === 0) {
      const metrics = script[Math.min(validations++, script.length - 1)] ?? {}
      try {
        for (const scheduler of schedulers) if (scheduler.needsMetrics === true) scheduler.step(metrics)
      } catch (error) {
        failure = { epoch, error }
        break
      }
    }
    const state = plateau?.state
    states.push({
      epoch,
      best: state?.best,
      num_bad_epochs: state?.numBadEpochs,
      cooldown_counter: state?.cooldownCounter,
      last_step: state?.lastStep,
      global_step: state?.globalStep,
    })
  }
  expectCloseTo(rates, expected.lr_per_epoch, 1e-12, 'lr_per_epoch')
  if ('momentum_per_epoch' in expected)
    expectCloseTo(momenta, expected.momentum_per_epoch, 1e-12, 'momentum_per_epoch')
  expectCloseTo(states, expected.plateau_state_after_each_epoch, 1e-12, 'plateau_state_after_each_epoch')
  if ('lr_final' in expected)
    expectCloseTo(
      target.realGroups.map(({ lr }) => lr),
      expected.lr_final,
      1e-12,
      'lr_final',
    )
  if ('momentum_final' in expected)
    expectCloseTo(target.realGroups.map(momentumOf), expected.momentum_final, 1e-12, 'momentum_final')
  if (typeof expected.error === 'object' && expected.error !== null) {
    expect(failure?.epoch).toBe(fieldsOf(expected.error).epoch)
    expect(hasCode(failure?.error, 'HL_SCHEDULER_MONITOR')).toBe(true)
  } else expect(failure).toBeUndefined()
}
