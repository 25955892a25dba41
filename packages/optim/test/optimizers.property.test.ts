import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ReferenceOptions, references } from './reference-optimizers.js'
import {
  build,
  defaultOptions,
  disposeAll,
  makeParameters,
  optimizerTypes,
  stepWith,
  valuesOf,
} from './support.js'

const float = (min: number, max: number) =>
  fc
    .float({ min: Math.fround(min), max: Math.fround(max), noNaN: true })
    .map((value) => (Math.abs(value) < 1e-3 ? 0.25 : value))
const decay = fc.constantFrom(0, 0.5, 0.9, 0.99)
const decays = fc.tuple(decay, fc.constantFrom(0.5, 0.9, 0.999))
const eps = fc.constantFrom(1e-8, 1e-4)
const flag = fc.boolean()
const common = {
  lr: fc.constantFrom(0, 1e-3, 0.02),
  weightDecay: fc.constantFrom(0, 0.05),
  maximize: flag,
}

/** Options of every optimizer, each of them sometimes left out. */
const arbitraryOptions: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  SGD: fc
    .record(
      { ...common, momentum: decay, dampening: fc.constantFrom(0, 0.3), nesterov: flag },
      { requiredKeys: [] },
    )
    .map((options) =>
      (options.momentum ?? 0) > 0 && !options.dampening ? options : { ...options, nesterov: false },
    ),
  Adam: record({ betas: decays, eps, amsgrad: flag, decoupledWeightDecay: flag }),
  AdamW: record({ betas: decays, eps, amsgrad: flag }),
  // Cancellation makes the centered root of tiny spreads a matter of luck in float32.
  RMSprop: record({
    alpha: fc.constantFrom(0.5, 0.9),
    eps: fc.constant(0.1),
    momentum: decay,
    centered: flag,
  }),
  Adagrad: record({
    lrDecay: fc.constantFrom(0, 0.1),
    initialAccumulatorValue: fc.constantFrom(0, 0.5),
    eps,
  }),
  Adadelta: record({ rho: decay, eps: fc.constantFrom(1e-6, 1e-3) }),
  Adamax: record({ betas: decays, eps }),
  NAdam: record({
    betas: decays,
    eps,
    momentumDecay: fc.constantFrom(0, 4e-3, 0.1),
    decoupledWeightDecay: flag,
  }),
  RAdam: record({ betas: decays, eps, decoupledWeightDecay: flag }),
  Lion: record({ betas: fc.tuple(fc.constantFrom(0.3, 0.9), fc.constantFrom(0.5, 0.99)) }),
}

function record(entries: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record<Record<string, unknown>>({ ...common, ...entries }, { requiredKeys: [] })
}

/** Two parameters, and gradients for some steps; the second parameter misses some of them. */
const trajectories = fc.record({
  initial: fc.record({
    a: fc.array(float(-2, 2), { minLength: 3, maxLength: 3 }),
    b: fc.array(float(-2, 2), { minLength: 1, maxLength: 1 }),
  }),
  gradients: fc.array(
    fc.record({
      a: fc.array(float(-3, 3), { minLength: 3, maxLength: 3 }),
      b: fc.option(fc.array(float(-3, 3), { minLength: 1, maxLength: 1 }), { freq: 4 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
})

describe.each(optimizerTypes)('%s', (type) => {
  beforeAll(() => tf.setBackend('cpu'))
  const options = arbitraryOptions[type] ?? fc.constant({})

  it('has the documented defaults', () => {
    const parameters = makeParameters({ a: [1] })
    const optimizer = build(type, parameters)
    expect(optimizer.paramGroups[0]).toMatchObject(defaultOptions[type] ?? {})
    disposeAll(optimizer, parameters)
  })

  it('computes what the published algorithm computes', () => {
    fc.assert(
      fc.property(options, trajectories, (chosen, { initial, gradients }) => {
        const parameters = makeParameters(initial)
        const optimizer = build(type, parameters, chosen)
        for (const step of gradients) stepWith(optimizer, parameters, step)
        const found = valuesOf(parameters)
        const wanted = trained(type, { ...settingsOf(type), ...chosen }, initial, gradients)
        for (const [name, values] of Object.entries(wanted)) {
          values.forEach((value, index) => {
            const difference = Math.abs((found[name]?.[index] ?? Number.NaN) - value)
            expect(difference, `${name}[${index}]`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)))
          })
        }
        disposeAll(optimizer, parameters)
      }),
      { numRuns: 150 },
    )
  })

  it('goes on from a saved state as if it had never stopped, to the bit', () => {
    fc.assert(
      fc.property(options, trajectories, fc.nat(), (chosen, { initial, gradients }, cut) => {
        const at = cut % (gradients.length + 1)
        const straight = makeParameters(initial)
        const straightOptimizer = build(type, straight, chosen)
        for (const step of gradients) stepWith(straightOptimizer, straight, step)

        const first = makeParameters(initial)
        const firstOptimizer = build(type, first, chosen)
        for (const step of gradients.slice(0, at)) stepWith(firstOptimizer, first, step)
        const second = makeParameters(valuesOf(first))
        const secondOptimizer = build(type, second, chosen)
        secondOptimizer.loadStateDict(firstOptimizer.stateDict())
        disposeAll(firstOptimizer, first)
        for (const step of gradients.slice(at)) stepWith(secondOptimizer, second, step)

        expect(valuesOf(second)).toEqual(valuesOf(straight))
        disposeAll(straightOptimizer, straight)
        disposeAll(secondOptimizer, second)
      }),
      { numRuns: 40 },
    )
  })

  it('holds the same number of tensors after every step and none at the end', () => {
    const before = tf.memory().numTensors
    const parameters = makeParameters({ a: [1, 2], b: [3] })
    const optimizer = build(type, parameters, {
      ...(type === 'RMSprop' ? { centered: true, momentum: 0.9 } : {}),
    })
    const gradients = { a: [0.1, -0.2], b: [0.3] }
    stepWith(optimizer, parameters, gradients)
    const afterOne = tf.memory().numTensors
    for (let step = 0; step < 10; step++) stepWith(optimizer, parameters, gradients)
    expect(tf.memory().numTensors).toBe(afterOne)
    disposeAll(optimizer, parameters)
    expect(tf.memory().numTensors).toBe(before)
  })
})

function settingsOf(type: string): ReferenceOptions {
  const { betas, ...rest } = { betas: [0.9, 0.999], ...defaultOptions[type] }
  const neutral: ReferenceOptions = {
    lr: 0,
    weightDecay: 0,
    maximize: false,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    betas: [0, 0],
    eps: 0,
    amsgrad: false,
    alpha: 0,
    centered: false,
    lrDecay: 0,
    initialAccumulatorValue: 0,
    rho: 0,
    momentumDecay: 0,
    decoupledWeightDecay: false,
  }
  const [beta1 = 0, beta2 = 0] = Array.isArray(betas) ? betas : []
  return { ...neutral, ...rest, betas: [beta1, beta2] }
}

function trained(
  type: string,
  options: ReferenceOptions,
  initial: Readonly<Record<string, number[]>>,
  gradients: readonly Readonly<Record<string, number[] | null>>[],
): Record<string, number[]> {
  const rule = references[type]
  if (rule === undefined) throw new Error(`no reference for ${type}`)
  const entries = Object.entries(initial).map(([name, values]) => {
    const ends = values.map((start, index) => {
      const memory = {}
      return gradients.reduce((value, step) => {
        const gradient = step[name]?.[index]
        return gradient === undefined ? value : rule(value, gradient, options, memory)
      }, start)
    })
    return [name, ends] as const
  })
  return Object.fromEntries(entries)
}
