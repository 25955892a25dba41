import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { arbitraryOptions, trajectories } from './arbitrary-runs.js'
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
