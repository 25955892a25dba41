import { type NamedParameter, type Optimizer, type OptimizerParams, optimizerRegistry } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { arbitraryOptions, trajectories } from './arbitrary-runs.js'
import { disposeAll, makeParameters, optimizerTypes, stepWith, type Values, valuesOf } from './support.js'

type Options = Readonly<Record<string, unknown>>

/** What parameters come to be by these gradients. */
function end(
  initial: Values,
  gradients: readonly Values[],
  build: (parameters: readonly NamedParameter[]) => readonly Optimizer[],
): Record<string, number[]> {
  const parameters = makeParameters(initial)
  const optimizers = build(parameters)
  for (const step of gradients) for (const optimizer of optimizers) stepWith(optimizer, parameters, step)
  const values = valuesOf(parameters)
  for (const optimizer of optimizers) disposeAll(optimizer, [])
  tf.dispose(parameters.map(({ variable }) => variable))
  return values
}

describe.each(optimizerTypes)('%s, to the bit', (type) => {
  beforeAll(() => tf.setBackend('cpu'))
  const options: fc.Arbitrary<Options> = arbitraryOptions[type] ?? fc.constant({})
  const make = (params: OptimizerParams, chosen: Options = {}) =>
    optimizerRegistry.build({ type, ...chosen }, params)

  it('does with two groups what two optimizers do', () => {
    fc.assert(
      fc.property(options, options, trajectories, (first, second, { initial, gradients }) => {
        const grouped = end(initial, gradients, ([a, b]) => [
          make([
            { params: listOf(a), ...first },
            { params: listOf(b), ...second },
          ]),
        ])
        const apart = end(initial, gradients, ([a, b]) => [make(listOf(a), first), make(listOf(b), second)])
        expect(grouped).toEqual(apart)
      }),
      { numRuns: 40 },
    )
  })

  it('decays nothing in a group with weightDecay 0, whatever the others have', () => {
    fc.assert(
      fc.property(options, trajectories, ({ weightDecay: _, ...chosen }, { initial, gradients }) => {
        const without = end(initial, gradients, (all) => [make(all, { ...chosen, weightDecay: 0 })])
        const inGroup = end(initial, gradients, ([a, b]) => [
          make([{ params: listOf(a), weightDecay: 0 }, { params: listOf(b) }], {
            ...chosen,
            weightDecay: 0.5,
          }),
        ])
        expect(inGroup.a).toEqual(without.a)
        if (type !== 'AdamW') expect(end(initial, gradients, (all) => [make(all, chosen)])).toEqual(without)
      }),
      { numRuns: 40 },
    )
  })

  it('climbs as it would descend on the opposite gradients', () => {
    fc.assert(
      fc.property(options, trajectories, (chosen, { initial, gradients }) => {
        const opposite = gradients.map(({ a, b }) => ({ a: a.map(negated), b: b?.map(negated) ?? null }))
        const climbing = end(initial, gradients, (all) => [make(all, { ...chosen, maximize: true })])
        const descending = end(initial, opposite, (all) => [make(all, { ...chosen, maximize: false })])
        expect(climbing).toEqual(descending)
      }),
      { numRuns: 40 },
    )
  })

  it('is not moved by the order of its parameters', () => {
    fc.assert(
      fc.property(options, trajectories, (chosen, { initial, gradients }) => {
        const straight = end(initial, gradients, (all) => [make(all, chosen)])
        expect(end(initial, gradients, (all) => [make([...all].reverse(), chosen)])).toEqual(straight)
      }),
      { numRuns: 20 },
    )
  })
})

describe('AdamW and Adam', () => {
  it('are the same without weight decay, and with decoupled decay', () => {
    fc.assert(
      fc.property(
        arbitraryOptions.AdamW ?? fc.constant({}),
        fc.constantFrom(0, 0.1),
        trajectories,
        (chosen, weightDecay, { initial, gradients }) => {
          const build = (type: string, extra: Options) =>
            end(initial, gradients, (all) => [
              optimizerRegistry.build({ type, ...chosen, ...{ weightDecay }, ...extra }, all),
            ])
          expect(build('AdamW', {})).toEqual(build('Adam', { decoupledWeightDecay: true }))
          if (weightDecay === 0) expect(build('AdamW', {})).toEqual(build('Adam', {}))
        },
      ),
      { numRuns: 40 },
    )
  })
})

function listOf(parameter: NamedParameter | undefined): NamedParameter[] {
  return parameter === undefined ? [] : [parameter]
}

function negated(value: number): number {
  return -value
}
