import { readFileSync } from 'node:fs'
import {
  type HasParamGroups,
  type ParamGroup,
  type ParamScheduler,
  paramSchedulerRegistry,
} from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import '../src/index.js'

interface MmcvCase {
  readonly name: string
  readonly maxEpochs: number
  readonly epochLength: number
  readonly lr: readonly (readonly number[])[]
  readonly momentum: readonly (readonly number[])[]
}

const { cases }: { cases: readonly MmcvCase[] } = JSON.parse(
  readFileSync(new URL('fixtures/mmcv.json', import.meta.url), 'utf8'),
)

/** What replaces each policy of the fixture. */
const replacements: Readonly<Record<string, { type: string } & Record<string, unknown>>> = {
  'inv by epoch': { type: 'InvLR', gamma: 0.2, power: 0.6 },
  'inv by iteration, power 1': { type: 'InvLR', gamma: 0.05, byEpoch: false },
  'cyclic with defaults': { type: 'CyclicLR', byEpoch: false },
  'cyclic, linear, two shrinking cycles': {
    type: 'CyclicLR',
    targetRatio: [4, 0.1],
    cyclicTimes: 2,
    stepRatioUp: 0.3,
    annealStrategy: 'linear',
    gamma: 0.5,
    byEpoch: false,
  },
  'cyclic, three cycles that do not fill the run': {
    type: 'CyclicLR',
    targetRatio: [3, 0.01],
    cyclicTimes: 3,
    stepRatioUp: 0.5,
    byEpoch: false,
  },
  'cyclic momentum': { type: 'CyclicMomentum', byEpoch: false },
  'cyclic momentum, linear, two cycles': {
    type: 'CyclicMomentum',
    targetRatio: [0.7, 0.95],
    cyclicTimes: 2,
    stepRatioUp: 0.25,
    annealStrategy: 'linear',
    gamma: 0.9,
    byEpoch: false,
  },
  'one-cycle momentum': { type: 'OneCycleMomentum', byEpoch: false },
  'one-cycle momentum, linear, early': {
    type: 'OneCycleMomentum',
    baseMomentum: 0.7,
    maxMomentum: 0.9,
    pctStart: 0.2,
    annealStrategy: 'linear',
    byEpoch: false,
  },
  'one-cycle momentum, three phases': {
    type: 'OneCycleMomentum',
    baseMomentum: 0.6,
    pctStart: 0.4,
    threePhase: true,
    byEpoch: false,
  },
  'step with min_lr': { type: 'StepLR', stepSize: 2, gamma: 0.5, etaMin: 0.015 },
  'milestones with min_lr': { type: 'MultiStepLR', milestones: [1, 3, 4], gamma: 0.1, etaMin: 0.0005 },
  'step with min_momentum': { type: 'MultiStepMomentum', milestones: [1, 3], gamma: 0.5, etaMin: 0.3 },
}

const exponential: { type: string; gamma: number } = { type: 'ExponentialLR', gamma: 0.9 }

function play({ name, maxEpochs, epochLength }: MmcvCase, factor: { type: string } | undefined) {
  const config = replacements[name]
  if (config === undefined) throw new Error(`nothing replaces ${name}`)
  const paramGroups: ParamGroup[] = [
    { params: [], lr: 0.1, momentum: 0.9 },
    { params: [], lr: 0.02, momentum: 0.8 },
  ]
  const target: HasParamGroups = { paramGroups }
  const ends = { epochLength, maxEpochs, maxIters: maxEpochs * epochLength }
  const schedulers: ParamScheduler[] = [config, ...(factor === undefined ? [] : [factor])].map((entry) =>
    paramSchedulerRegistry.build(entry, target, ends),
  )
  const seen: { lr: number[][]; momentum: (number | undefined)[][] } = { lr: [], momentum: [] }
  for (let iter = 1; iter <= maxEpochs * epochLength; iter++) {
    seen.lr.push(paramGroups.map(({ lr }) => lr))
    seen.momentum.push(paramGroups.map(({ momentum }) => momentum))
    for (const scheduler of schedulers) if (!scheduler.byEpoch || iter % epochLength === 0) scheduler.step()
  }
  return seen
}

function expectClose(found: readonly (number | undefined)[][], wanted: readonly (readonly number[])[]): void {
  expect(found.length).toBe(wanted.length)
  for (const [iter, row] of wanted.entries()) {
    for (const [group, value] of row.entries()) {
      expect(Math.abs((found[iter]?.[group] ?? Number.NaN) - value)).toBeLessThanOrEqual(
        1e-12 * Math.abs(value),
      )
    }
  }
}

describe('policies of MMCV 1.6.0 that MMEngine left out', () => {
  it.each(cases)('$name', (entry) => {
    const { lr, momentum } = play(entry, undefined)
    expectClose(lr, entry.lr)
    expectClose(momentum, entry.momentum)
  })

  it('act as factors beside other schedulers', () => {
    const [entry] = cases.filter(({ name }) => name === 'cyclic with defaults')
    if (entry === undefined) throw new Error('the fixture has changed')
    const { lr } = play(entry, exponential)
    expectClose(
      lr,
      entry.lr.map((row, iter) => row.map((value) => value * 0.9 ** Math.floor(iter / entry.epochLength))),
    )
  })

  it('say what a cycle lacks', () => {
    const target: HasParamGroups = { paramGroups: [{ params: [], lr: 0.1 }] }
    const build = (options: object) => () =>
      paramSchedulerRegistry.build({ type: 'CyclicLR', ...options }, target, {})
    expect(build({})).toThrow(/need its end.*HL_SCHEDULER_CYCLE/)
    expect(build({ end: 3, cyclicTimes: 4 })).toThrow(/window has 3 steps.*HL_SCHEDULER_CYCLE/)
    expect(build({ end: 3, stepRatioUp: 1 })).toThrow(
      /stepRatioUp: is 1, but must be a number from 0 to below 1/,
    )
  })
})
