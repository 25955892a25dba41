import {
  type HasParamGroups,
  hasCode,
  type ParamGroup,
  type ParamScheduler,
  paramSchedulerRegistry,
} from '@hookloop/core'
import '@hookloop/scheduler'
import { expect } from 'vitest'
import { camelCaseKeys, camelCaseName } from '../camel-case.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'

type Typed = { readonly type: string }

/** An optimizer, as far as schedulers care; with `throughWrapper` its groups and a pseudo group with the defaults. */
interface Target extends HasParamGroups {
  readonly paramGroups: ParamGroup[]
  readonly realGroups: ParamGroup[]
}

export const interpret: Interpreter = (golden) => {
  if (golden.kind === 'error') return interpretError(golden)
  const expected = fieldsOf(withNonFinite(golden.expected))
  let target = makeTarget(golden)
  let schedulers = buildAll(golden, target)
  const seen: { lr: number[][]; momentum: number[][]; base_lr: number[] } = {
    lr: [],
    momentum: [],
    base_lr: [],
  }
  const epochLength = Number(golden.epoch_length)
  for (let iter = 0; iter < Number(golden.max_epochs) * epochLength; iter++) {
    seen.lr.push(target.realGroups.map(({ lr }) => lr))
    seen.momentum.push(target.realGroups.map(momentumOf))
    seen.base_lr.push(target.paramGroups.at(-1)?.lr ?? Number.NaN)
    for (const scheduler of schedulers) if (!scheduler.byEpoch) scheduler.step()
    if ((iter + 1) % epochLength === 0)
      for (const scheduler of schedulers) if (scheduler.byEpoch) scheduler.step()
    if (iter + 1 !== golden.resume_at_iter) continue
    const states = schedulers.map((scheduler) => scheduler.stateDict())
    if (expected.scheduler_states_at_resume !== undefined)
      expectStates(states, listOf(expected.scheduler_states_at_resume), target)
    const settings = target.paramGroups.map(({ params: _params, ...rest }) => structuredClone(rest))
    target = makeTarget(golden)
    schedulers = buildAll(golden, target)
    target.paramGroups.forEach((group, index) => {
      Object.assign(group, settings[index])
    })
    schedulers.forEach((scheduler, index) => {
      scheduler.loadStateDict(structuredClone(states[index] ?? {}))
    })
  }
  expectCloseTo(seen.lr, expected.lr, 1e-12, 'lr')
  if (golden.record_momentum === true) expectCloseTo(seen.momentum, expected.momentum, 1e-12, 'momentum')
  if ('base_lr' in expected) expectCloseTo(seen.base_lr, expected.base_lr, 1e-12, 'base_lr')
  const after = { lr: target.realGroups.map(({ lr }) => lr), momentum: target.realGroups.map(momentumOf) }
  expectCloseTo(after, expected.after_last_step, 1e-12, 'after_last_step')
}

export function makeTarget(golden: Pick<GoldenCase, string>): Target {
  const { groups, type: _type, ...defaults } = fieldsOf(camelCaseKeys(golden.optimizer))
  const realGroups = listOf(groups ?? [{}]).map((group) => groupOf({ ...defaults, ...fieldsOf(group) }))
  const isWrapped = golden.through_wrapper === true && realGroups.length > 1
  return { realGroups, paramGroups: isWrapped ? [...realGroups, groupOf(defaults)] : realGroups }
}

function groupOf(settings: Readonly<Record<string, unknown>>): ParamGroup {
  const { betas, lr, ...rest } = settings
  const [first, second] = listOf(betas).map(Number)
  const isAdam = first !== undefined && second !== undefined
  return { ...rest, params: [], lr: Number(lr ?? 0.001), ...(isAdam ? { betas: [first, second] } : {}) }
}

export function momentumOf(group: ParamGroup): number {
  return group.betas?.[0] ?? group.momentum ?? 0
}

function buildAll(golden: GoldenCase, target: Target): ParamScheduler[] {
  const maxEpochs = Number(golden.max_epochs)
  const epochLength = Number(golden.epoch_length)
  const ends = golden.default_end_from_loop === true ? { maxEpochs, maxIters: maxEpochs * epochLength } : {}
  return listOf(golden.schedulers).map((config) =>
    paramSchedulerRegistry.build(typed(camelCaseKeys(config)), target, { epochLength, ...ends }),
  )
}

export function typed(config: unknown): Typed {
  const fields = fieldsOf(config)
  return { ...fields, type: String(fields.type) }
}

/** What MMEngine's states hold beyond ours: what follows from the rest, and what only its code needs. */
const onlyTheirs: readonly string[] = ['verbose', '_schedule_phases', 'anneal_func', '_anneal_func']

function expectStates(
  actual: readonly unknown[],
  expected: readonly unknown[],
  { realGroups }: Target,
): void {
  expect(actual.length).toBe(expected.length)
  expected.map(fieldsOf).forEach((state, index) => {
    const { use_betas: usesBetas, cumulative_periods: ends, ...rest } = state
    const found = fieldsOf(actual[index])
    if (usesBetas !== undefined) expect(realGroups[0]?.betas !== undefined).toBe(usesBetas)
    if (ends !== undefined) expect(sumsOf(listOf(found.periods).map(Number))).toEqual(ends)
    for (const [key, value] of Object.entries(rest)) {
      if (onlyTheirs.includes(key)) continue
      const wanted = key === 'milestones' ? milestonesOf(value) : value
      const ours = key === 'milestones' ? inOrder(found.milestones) : found[camelCaseName(key)]
      expectCloseTo(ours, wanted, 1e-12, `state[${index}].${key}`)
    }
  })
}

function sumsOf(periods: readonly number[]): number[] {
  let sum = 0
  return periods.map((period) => {
    sum += period
    return sum
  })
}

/** MMEngine stores how often each milestone is there. */
function milestonesOf(counts: unknown): number[] {
  const milestones = Object.entries(fieldsOf(counts)).flatMap(([milestone, count]) =>
    Array.from({ length: Number(count) }, () => Number(milestone)),
  )
  return inOrder(milestones)
}

function inOrder(milestones: unknown): number[] {
  return listOf(milestones)
    .map(Number)
    .toSorted((left, right) => left - right)
}

function interpretError(golden: GoldenCase): void {
  const groups = Array.from({ length: Number(golden.n_groups ?? 1) }, () => ({}))
  const target = makeTarget({ optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9, groups } })
  const { epochLength } = fieldsOf(camelCaseKeys(golden.default_args))
  const context = typeof epochLength === 'number' ? { epochLength } : {}
  // In Python 1 is no float; in JavaScript there is no such difference, but 1 is out of range all the same.
  const config = typed(camelCaseKeys(golden.scheduler))
  try {
    paramSchedulerRegistry.build(config, target, context)
  } catch (error) {
    expect(hasCode(error), String(error)).toBe(true)
    return
  }
  expect.fail(`nothing was thrown for ${JSON.stringify(config)}`)
}
