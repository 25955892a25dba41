import { type HasParamGroups, hasCode, type ParamGroup, type ParamScheduler } from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import {
  ExponentialLR,
  LinearLR,
  LinearMomentum,
  type LinearOptions,
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

describe('schedulers', () => {
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

  it('begin and end at texts, in whatever they count', () => {
    const context = { epochLength: 10, maxEpochs: 7, maxIters: 70 }
    const windowOf = (options: LinearOptions) => new LinearLR(target(0.1), context, options).window
    const byIter = { begin: 20, end: 35, byEpoch: false }
    expect(windowOf({ begin: '2ep', end: '50%', byEpoch: false })).toEqual(byIter)
    expect(windowOf({ begin: '2ep', end: '35it', convertToIterBased: true })).toEqual(byIter)
    expect(windowOf({ begin: '20it', end: '3ep' })).toEqual({ begin: 2, end: 3, byEpoch: true })
    expect(windowOf({ begin: 2, end: '3.5ep', convertToIterBased: true })).toEqual(byIter)
    expect(() => windowOf({ end: '35it' })).toThrow(
      /'35it' lies within an epoch, which has 10.*byEpoch: false/,
    )
    expect(() => new LinearLR(target(0.1), {}, { end: '3ep', byEpoch: false })).toThrow(
      /where '3ep' lies is not known; train through a Runner.*HL_SCHEDULER_WINDOW/,
    )
    expect(() => new LinearLR(target(0.1), {}, JSON.parse('{"end": "3h"}'))).toThrow(
      /end: is '3h', but must be/,
    )
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
