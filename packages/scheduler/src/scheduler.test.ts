import {
  type HasParamGroups,
  hasCode,
  type ParamGroup,
  type ParamScheduler,
  paramSchedulerRegistry,
} from '@hookloop/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CosineAnnealingLR,
  ExponentialLR,
  LinearLR,
  LinearMomentum,
  MultiStepLR,
  OneCycleLR,
  PolyLR,
  ReduceOnPlateauLR,
  StepLR,
} from './index.js'

function target(...rates: readonly number[]): HasParamGroups & { paramGroups: ParamGroup[] } {
  return { paramGroups: rates.map((lr) => ({ params: [], lr, momentum: 0.9 })) }
}

/** The learning rate before each of `steps` steps. */
function curve(
  build: (group: HasParamGroups) => readonly ParamScheduler[],
  steps: number,
  lr = 0.1,
): number[] {
  const group = target(lr)
  const schedulers = build(group)
  return Array.from({ length: steps }, () => {
    const value = group.paramGroups[0]?.lr ?? Number.NaN
    for (const scheduler of schedulers) scheduler.step()
    return value
  })
}

const gamma = fc.double({ min: 0.3, max: 1.2, noNaN: true })
const start = fc.double({ min: 0.01, max: 1, noNaN: true })

/** Configs of random schedulers by iteration. */
const config = fc.oneof(
  fc.record({ type: fc.constant('StepLR'), stepSize: fc.integer({ min: 1, max: 9 }), gamma }),
  fc.record({
    type: fc.constant('MultiStepLR'),
    milestones: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
    gamma,
  }),
  fc.record({ type: fc.constant('ExponentialLR'), gamma }),
  fc.record({
    type: fc.constant('LinearLR'),
    startFactor: start,
    endFactor: start,
    end: fc.integer({ min: 2, max: 20 }),
  }),
  fc.record({ type: fc.constant('ConstantLR'), factor: start, end: fc.integer({ min: 2, max: 20 }) }),
  fc.record({ type: fc.constant('CosineAnnealingLR'), tMax: fc.integer({ min: 2, max: 40 }) }),
  fc.record({
    type: fc.constant('PolyLR'),
    power: fc.double({ min: 0.5, max: 3, noNaN: true }),
    end: fc.constant(40),
  }),
)

const inv = fc.record({
  type: fc.constant('InvLR'),
  gamma: fc.double({ min: 0, max: 1, noNaN: true }),
  power: start,
})
const cyclic = fc.record({
  type: fc.constant('CyclicLR'),
  end: fc.constant(30),
  cyclicTimes: fc.integer({ min: 1, max: 5 }),
  stepRatioUp: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  gamma: start,
  annealStrategy: fc.constantFrom('cos' as const, 'linear' as const),
})

/** Also schedulers whose values are no products, and such as begin later. */
const anyConfig = fc
  .tuple(
    fc.oneof(
      config,
      inv,
      cyclic,
      fc.record({
        type: fc.constant('CosineRestartLR'),
        periods: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 2 }),
        restartWeights: fc.array(start, { minLength: 2, maxLength: 2 }),
        etaMin: fc.double({ min: 0, max: 0.01, noNaN: true }),
      }),
      fc.record({ type: fc.constant('OneCycleLR'), etaMax: start, totalSteps: fc.constant(30) }),
    ),
    fc.integer({ min: 0, max: 1 }),
  )
  .map(([entry, begin]) => ({ ...entry, begin }))

function build(configs: readonly { type: string }[], group: HasParamGroups): ParamScheduler[] {
  return configs.map((entry) => paramSchedulerRegistry.build({ ...entry, ...{ byEpoch: false } }, group, {}))
}

describe('schedulers', () => {
  it('resumed at any step give what they give without a stop', () => {
    fc.assert(
      fc.property(
        fc.array(anyConfig, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 29 }),
        (configs, stop) => {
          const whole = curve((group) => build(configs, group), 30)
          const first = target(0.1)
          const before = build(configs, first)
          for (let step = 0; step < stop; step++) for (const scheduler of before) scheduler.step()
          const second = target(0.1)
          const after = build(configs, second)
          Object.assign(second.paramGroups[0] ?? {}, first.paramGroups[0])
          after.forEach((scheduler, index) => {
            scheduler.loadStateDict(before[index]?.stateDict() ?? {})
            expect(scheduler.changedArguments).toEqual([])
          })
          for (let step = stop; step < 30; step++) {
            expect(second.paramGroups[0]?.lr).toBe(whole[step])
            for (const scheduler of after) scheduler.step()
          }
        },
      ),
    )
  })

  it('chained multiply where their rules multiply', () => {
    const multiplying = fc.oneof(
      config.filter(({ type }) => type !== 'CosineAnnealingLR' && type !== 'PolyLR'),
      inv,
      cyclic,
    )
    fc.assert(
      fc.property(multiplying, multiplying, (one, two) => {
        const alone = [one, two].map((entry) => curve((group) => build([entry], group), 25, 1))
        const chained = curve((group) => build([one, two], group), 25, 1)
        chained.forEach((value, step) => {
          expect(value).toBeCloseTo((alone[0]?.[step] ?? 0) * (alone[1]?.[step] ?? 0), 10)
        })
      }),
    )
  })

  it('change nothing outside of their windows', () => {
    const window = fc.record({
      begin: fc.integer({ min: 0, max: 9 }),
      length: fc.integer({ min: 2, max: 15 }),
    })
    fc.assert(
      fc.property(fc.oneof(config, inv), window, (entry, { begin, length }) => {
        const rates = curve((group) => build([{ ...entry, ...{ begin, end: begin + length } }], group), 40)
        const [first = Number.NaN] = rates
        for (const rate of rates.slice(0, begin)) expect(rate).toBe(first)
        for (const rate of rates.slice(begin + length)) expect(rate).toBe(rates[begin + length - 1])
      }),
    )
  })

  it('drive a momentum, or a first beta, as they drive a rate', () => {
    fc.assert(
      fc.property(config, fc.boolean(), (entry, hasBetas) => {
        const rates = curve((group) => build([entry], group), 25, 0.8)
        const group: ParamGroup = {
          params: [],
          lr: 0.1,
          ...(hasBetas ? { betas: [0.8, 0.999] } : { momentum: 0.8 }),
        }
        const type = entry.type.replace(/LR$/, 'Momentum')
        const [scheduler] = build([{ ...entry, type }], { paramGroups: [group] })
        for (const rate of rates) {
          expect(hasBetas ? group.betas?.[0] : group.momentum).toBe(rate)
          scheduler?.step()
        }
        expect(group.lr).toBe(0.1)
      }),
    )
  })

  it('count iterations as epochs where they are converted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        gamma,
        (epochLength, stepSize, factor) => {
          const run = (convertToIterBased: boolean) => {
            const group = target(0.1)
            const scheduler = new StepLR(
              group,
              { epochLength },
              { stepSize, gamma: factor, convertToIterBased },
            )
            return Array.from({ length: 8 }, () => {
              for (let iter = 0; iter < (scheduler.byEpoch ? 1 : epochLength); iter++) scheduler.step()
              return group.paramGroups[0]?.lr
            })
          }
          expect(run(true)).toEqual(run(false))
        },
      ),
    )
  })

  it('on a plateau never raise a value, never go below the lowest, and take NaN for no better', () => {
    const metric = fc.double({ min: -10, max: 10 })
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 30 }), fc.integer({ min: 0, max: 4 }), (losses, patience) => {
        const group = target(0.1)
        const scheduler = new ReduceOnPlateauLR(group, {}, { patience, factor: 0.5, minValue: 0.01 })
        let before = 0.1
        for (const loss of losses) {
          scheduler.step({ loss })
          const now = group.paramGroups[0]?.lr ?? Number.NaN
          expect(now).toBeLessThanOrEqual(before)
          expect(now).toBeGreaterThanOrEqual(0.01)
          before = now
        }
        const stuck = target(0.1)
        const waiting = new ReduceOnPlateauLR(stuck, {}, { patience, factor: 0.5 })
        for (let epoch = 0; epoch <= patience; epoch++) waiting.step({ loss: Number.NaN })
        expect(stuck.paramGroups[0]?.lr).toBe(0.05)
      }),
    )
  })

  it('stay between the start and the lowest value of a cosine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), start, (tMax, share) => {
        const rates = curve(
          (group) => [new CosineAnnealingLR(group, {}, { tMax, etaMin: 0.1 * share, byEpoch: false })],
          3 * tMax,
        )
        for (const rate of rates) {
          expect(rate).toBeLessThanOrEqual(0.1 * (1 + 1e-9))
          expect(rate).toBeGreaterThanOrEqual(0.1 * share * (1 - 1e-9))
        }
      }),
    )
  })

  it('take changed settings from the config and name them', () => {
    const group = target(0.1)
    const before = new StepLR(group, {}, { stepSize: 3, gamma: 0.1 })
    const after = new StepLR(group, {}, { stepSize: 5, gamma: 0.1 })
    after.loadStateDict(before.stateDict())
    expect(after.changedArguments).toEqual(['stepSize: 3 -> 5'])
    expect(after.stateDict().stepSize).toBe(5)
  })

  it('end with the run where nobody says when', () => {
    const group = target(0.1)
    expect(new PolyLR(group, { maxEpochs: 7 }, {}).window.end).toBe(7)
    expect(new PolyLR(group, { maxIters: 70 }, { byEpoch: false }).window.end).toBe(70)
    expect(
      new LinearLR(group, { epochLength: 10, maxEpochs: 7 }, { convertToIterBased: true }).window,
    ).toEqual({ begin: 0, end: 70, byEpoch: false })
  })

  it('drive the first beta of optimizers that have no momentum of their own', () => {
    const group: ParamGroup = { params: [], lr: 0.1, betas: [0.8, 0.999] }
    new LinearMomentum({ paramGroups: [group] }, {}, { startFactor: 0.5, end: 5, byEpoch: false })
    expect(group.betas).toEqual([0.4, 0.999])
    expect(group.initialMomentum).toBe(0.8)
  })
})

describe('errors', () => {
  const group = () => target(0.1)

  it.each([
    [
      'a window without length',
      () => new StepLR(group(), {}, { stepSize: 1, begin: 5, end: 5 }),
      'HL_SCHEDULER_WINDOW',
      /begin=5, end=5/,
    ],
    [
      'an unknown epoch length',
      () => new StepLR(group(), {}, { stepSize: 1, convertToIterBased: true }),
      'HL_SCHEDULER_CONVERT',
      /epochLength/,
    ],
    [
      'no initial value',
      () => new StepLR(group(), {}, { stepSize: 1, lastStep: 3 }),
      'HL_SCHEDULER_INITIAL',
      /paramGroups\[0\]/,
    ],
    [
      'a wrong option',
      () => new MultiStepLR(group(), {}, JSON.parse('{"milestones": [1], "gama": 2}')),
      'HL_CONFIG',
      /gama.*Did you mean 'gamma'/,
    ],
    [
      'a momentum that is not there',
      () => new LinearMomentum({ paramGroups: [{ params: [], lr: 0.1 }] }, {}),
      'HL_SCHEDULER_MOMENTUM',
      /momentum/,
    ],
    [
      'too few peaks',
      () => new OneCycleLR(target(0.1, 0.2), {}, { etaMax: [0.1], totalSteps: 9 }),
      'HL_SCHEDULER_GROUPS',
      /one value per group/,
    ],
  ])('%s', (_title, action, code, text) => {
    let thrown: unknown
    try {
      action()
    } catch (error) {
      thrown = error
    }
    expect(hasCode(thrown, code)).toBe(true)
    expect(String(thrown)).toMatch(text)
  })

  it('names what a plateau scheduler watches and what there is', () => {
    const scheduler = new ReduceOnPlateauLR(group(), {}, { monitor: 'mIoU' })
    scheduler.step()
    expect(() => scheduler.step({ acc: 0.1 })).toThrow(/watches the metric 'mIoU'.*gave acc/)
  })

  it('refuses to step a one-cycle beyond its end', () => {
    const scheduler = new OneCycleLR(group(), {}, { etaMax: 1, totalSteps: 3, byEpoch: false })
    for (let step = 0; step < 3; step++) scheduler.step()
    expect(() => scheduler.step()).toThrow(/beyond totalSteps 3/)
  })

  it('keeps exponents finite over a long run', () => {
    expect(
      curve((one) => [new ExponentialLR(one, {}, { gamma: 0.9, byEpoch: false })], 2000).every(
        Number.isFinite,
      ),
    ).toBe(true)
  })
})
