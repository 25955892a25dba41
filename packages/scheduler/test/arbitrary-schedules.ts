import {
  type HasParamGroups,
  type ParamGroup,
  type ParamScheduler,
  paramSchedulerRegistry,
  type SchedulerContext,
} from '@hookloop/core'
import fc from 'fast-check'
import '../src/index.js'

/** The config of a scheduler whose name still wants `LR` or `Momentum`. */
export type Schedule = { readonly kind: string; readonly begin: number; readonly end: number } & Readonly<
  Record<string, unknown>
>
export type Suffix = 'LR' | 'Momentum'

/** Steps in which every schedule here comes to its end, and some more. */
export const runLength = 40

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const factor = between(0.3, 1.2)
const share = between(0.05, 1)
const positions = fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 4 })
const etaMin = between(0, 0.02)

/** Options of rules that multiply the value, whatever it is. */
const multiplying = {
  Step: fc.record({ stepSize: fc.integer({ min: 1, max: 9 }), gamma: factor }),
  MultiStep: fc.record({ milestones: positions, gamma: factor }),
  Exponential: fc.record({ gamma: factor }),
  Linear: fc.record({ startFactor: share, endFactor: between(0, 1) }),
  Constant: fc.record({ factor: share }),
  Cyclic: fc.record({
    targetRatio: fc.tuple(between(0.5, 10), between(1e-4, 1)),
    cyclicTimes: fc.integer({ min: 1, max: 5 }),
    stepRatioUp: between(0, 0.9),
    gamma: share,
    annealStrategy: fc.constantFrom('cos', 'linear'),
  }),
  // These two multiply as long as they go down to 0; a cosine adds where it turns.
  CosineAnnealing: fc.record({ tMax: between(25, 60) }),
  Poly: fc.record({ power: between(0.5, 3) }),
}
const rateOnly = { Inv: fc.record({ gamma: between(0, 1), power: between(0, 2) }) }

const periods = fc.array(fc.record({ period: fc.integer({ min: 1, max: 12 }), weight: between(0.1, 2) }), {
  minLength: 1,
  maxLength: 3,
})
const others = {
  Step: fc.record({ stepSize: fc.integer({ min: 1, max: 9 }), gamma: factor, etaMin }),
  MultiStep: fc.record({ milestones: positions, gamma: factor, etaMin }),
  CosineAnnealing: fc.oneof(
    fc.record({ tMax: fc.integer({ min: 1, max: 15 }), etaMin }),
    fc.record({ tMax: fc.integer({ min: 1, max: 15 }), etaMinRatio: between(0, 0.9) }),
  ),
  Poly: fc.record({ power: between(0.5, 3), etaMin }),
  CosineRestart: fc.record({ periods, etaMin }).map(({ periods: all, ...rest }) => ({
    periods: all.map(({ period }) => period),
    restartWeights: all.map(({ weight }) => weight),
    ...rest,
  })),
}
const oneCycle = {
  OneCycle: fc.record({
    etaMax: share,
    pctStart: between(0.01, 0.5),
    annealStrategy: fc.constantFrom('cos', 'linear'),
    threePhase: fc.boolean(),
  }),
}

/** Rules under which a chain is the product of its members. */
export const multiplyingSchedules = schedulesOf({ ...multiplying, ...rateOnly })
/** Rules that have a class for momenta too. */
export const momentumSchedules = fc.oneof(schedulesOf(multiplying), schedulesOf(others))
export const oneCycleSchedules = schedulesOf(oneCycle)
export const anySchedules = fc.oneof(momentumSchedules, schedulesOf(rateOnly), oneCycleSchedules)

function schedulesOf(kinds: Record<string, fc.Arbitrary<Record<string, unknown>>>): fc.Arbitrary<Schedule> {
  const window = fc.record({ begin: fc.integer({ min: 0, max: 9 }), length: fc.integer({ min: 5, max: 25 }) })
  return fc.oneof(
    ...Object.entries(kinds).map(([kind, options]) =>
      fc
        .tuple(options, window)
        .map(([entry, { begin, length }]) => ({ ...entry, kind, begin, end: begin + length })),
    ),
  )
}

export type Target = HasParamGroups & { readonly paramGroups: readonly ParamGroup[] }

/** Two groups with other values each: of optimizers with momentum, or with betas. */
export function twoGroups(hasBetas = false): Target {
  return {
    paramGroups: [0.8, 0.1].map((value) => ({
      params: [],
      lr: value,
      ...(hasBetas ? { betas: [value, 0.999] } : { momentum: value }),
    })),
  }
}

export function build(
  schedules: readonly Schedule[],
  target: Target,
  suffix: Suffix = 'LR',
  context: SchedulerContext = {},
): ParamScheduler[] {
  return schedules.map(({ kind, ...options }) => {
    const config = { byEpoch: false, ...options, type: `${kind}${suffix}` }
    return paramSchedulerRegistry.build(config, target, context)
  })
}

export function valuesOf(target: Target, suffix: Suffix = 'LR'): number[] {
  return target.paramGroups.map(({ lr, betas, momentum }) =>
    suffix === 'LR' ? lr : (betas?.[0] ?? momentum ?? Number.NaN),
  )
}

/** The values of the groups before each step of a run. */
export function curve(
  schedules: readonly Schedule[],
  target = twoGroups(),
  suffix: Suffix = 'LR',
): number[][] {
  const schedulers = build(schedules, target, suffix)
  return Array.from({ length: runLength }, () => {
    const values = valuesOf(target, suffix)
    for (const scheduler of schedulers) scheduler.step()
    return values
  })
}
