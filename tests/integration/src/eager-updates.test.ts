import { type Optimizer, optimizerRegistry, useEngine } from '@hookloop/core'
import { AveragedWeights } from '@hookloop/hook-ema'
import { TensorOptimizer } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

/** Sizes around what the wasm backend leaves to its own operations, and the smallest. */
const shapes: readonly number[][] = [[], [1], [3, 5], [64, 64], [4097], [2, 3, 4]]

const optimizers: readonly (readonly [
  config: { type: string } & Record<string, unknown>,
  isFused: boolean,
])[] = [
  [{ type: 'SGD', lr: 0.1 }, true],
  [{ type: 'SGD', lr: 0.1, momentum: 0.9, weightDecay: 0.01 }, true],
  [{ type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true, maximize: true }, true],
  [{ type: 'SGD', lr: 0.1, momentum: 0.9, dampening: 0.3 }, false],
  [{ type: 'Adam', lr: 0.1, weightDecay: 0.1 }, true],
  [{ type: 'Adam', lr: 0.1, amsgrad: true, maximize: true }, false],
  [{ type: 'AdamW', lr: 0.1, weightDecay: 0.1 }, true],
  [{ type: 'RMSprop', lr: 0.1, centered: true, momentum: 0.9 }, false],
  [{ type: 'Adagrad', lr: 0.1, initialAccumulatorValue: 0.5, lrDecay: 0.1 }, false],
  [{ type: 'Adadelta', lr: 1 }, false],
  [{ type: 'Adamax', lr: 0.1 }, false],
  [{ type: 'NAdam', lr: 0.1, weightDecay: 0.1, decoupledWeightDecay: true }, false],
  [{ type: 'RAdam', lr: 0.1 }, false],
  [{ type: 'Lion', lr: 0.1, weightDecay: 0.1 }, false],
]

const runs = fc.record({
  /** By parameter, an index of `shapes`. */
  chosen: fc.uniqueArray(fc.nat(shapes.length - 1), { minLength: 1, maxLength: 4 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  steps: fc.integer({ min: 1, max: 4 }),
  /** The parameter that has no gradient in the second step. */
  missing: fc.nat(3),
  cut: fc.integer({ min: 1, max: 4 }),
})
type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never

const engines = ['cpu', 'wasm', 'tfjs-node'] as const

describe.each(engines)('eager updates on %s', (engine) => {
  let missing: string | undefined
  beforeAll(async () => {
    await useEngine(engine).catch((error: unknown) => {
      missing = String(error)
    })
  })
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  afterAll(() => tf.setBackend('cpu'))

  it('is seen by convolutions, whose filters backends may have packed once', () => {
    const before = tf.memory().numTensors
    const filter = tf.tidy(() => tf.variable(tf.randomUniform<tf.Rank.R4>([3, 3, 2, 4], -1, 1, 'float32', 1)))
    const image = tf.randomUniform<tf.Rank.R4>([1, 6, 6, 2], -1, 1, 'float32', 2)
    const convolved = (weights: tf.Tensor4D) => tf.tidy(() => tf.conv2d(image, weights, 1, 'same').dataSync())
    const config: { type: string } & Record<string, unknown> = { type: 'SGD', lr: 0.5 }
    const optimizer = optimizerRegistry.build(config, [{ name: 'filter', variable: filter }])
    const first = convolved(filter)
    tf.tidy(() => optimizer.step({ filter: tf.onesLike(filter) }))
    const copy = tf.tensor4d(filter.dataSync(), filter.shape)
    expect(convolved(filter)).toEqual(convolved(copy))
    expect(convolved(filter)).not.toEqual(first)
    optimizer.dispose()
    tf.dispose([filter, image, copy])
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each(optimizers)('%o: the same as tensor by tensor, by whoever looks', (config, isFused) => {
    // One operation of TensorFlow rounds otherwise than the operations that it stands for.
    const isExact = !(isFused && engine === 'tfjs-node')
    fc.assert(
      fc.property(runs, (run) => {
        const before = tf.memory().numTensors
        const single = trained(config, run, 'tensor by tensor')
        const grouped = trained(config, run, 'grouped')
        expect(tf.memory().numTensors).toBe(before)
        if (isExact) expect(grouped).toEqual(single)
        else expectClose(grouped, single)
      }),
      { numRuns: 8 },
    )
  })

  it.each(optimizers)('%o: goes on from a saved state to the bit', (config) => {
    fc.assert(
      fc.property(runs, (run) => {
        expect(trained(config, run, 'resumed')).toEqual(trained(config, run, 'grouped'))
      }),
      { numRuns: 4 },
    )
  })

  it('averages as three operations of tfjs do, to the bit', () => {
    fc.assert(
      fc.property(runs, fc.double({ min: 1e-4, max: 0.9, noNaN: true }), ({ chosen, seed, steps }, share) => {
        const before = tf.memory().numTensors
        const live = Object.fromEntries(chosen.map((shape) => [`w${shape}`, drawn(shape, seed)]))
        const average = new AveragedWeights({ parameters: () => live }, { momentum: share })
        average.update()
        let wanted = Object.values(average.averagedState()).map((value) => value.clone())
        for (let step = 1; step <= steps; step++) {
          const held = Object.values(average.averagedState()).map((value) => value.clone())
          chosen.forEach((shape) => {
            const next = drawn(shape, seed + step)
            live[`w${shape}`]?.assign(next)
            next.dispose()
          })
          average.update()
          const next = tf.tidy(() =>
            wanted.map((from, index) => {
              const value = live[`w${chosen[index]}`] ?? from
              return tf.add(from, tf.mul(tf.sub(value, from), share))
            }),
          )
          expect(held.map(valuesOf)).toEqual(wanted.map(valuesOf))
          tf.dispose([wanted, held])
          wanted = next
          expect(Object.values(average.averagedState()).map(valuesOf)).toEqual(wanted.map(valuesOf))
        }
        average.dispose()
        tf.dispose([wanted, live])
        expect(tf.memory().numTensors).toBe(before)
      }),
      { numRuns: 15 },
    )
  })

  function trained(config: { type: string }, run: Run, way: 'tensor by tensor' | 'grouped' | 'resumed') {
    const parameters = run.chosen.map((shape) => ({ name: `w${shape}`, variable: drawn(shape, run.seed) }))
    let optimizer = optimizerRegistry.build(config, parameters)
    for (let step = 0; step < run.steps; step++) {
      const held = parameters.map(({ variable }) => variable.clone())
      const seen = held.map(valuesOf)
      const gradients = gradientsOf(run, step)
      if (way === 'tensor by tensor') stepByTensor(optimizer, gradients)
      else tf.tidy(() => optimizer.step(gradients))
      tf.dispose(gradients)
      expect(held.map(valuesOf), 'clones keep what was').toEqual(seen)
      tf.dispose(held)
      if (way === 'resumed' && step + 1 === run.cut) {
        const next = optimizerRegistry.build(config, parameters)
        next.loadStateDict(optimizer.stateDict())
        optimizer.dispose()
        optimizer = next
      }
    }
    const values = {
      parameters: parameters.map(({ variable }) => valuesOf(variable)),
      state: read(optimizer.stateDict()),
    }
    optimizer.dispose()
    for (const { variable } of parameters) variable.dispose()
    return values
  }
})

function stepByTensor(optimizer: Optimizer, gradients: Record<string, tf.Tensor>): void {
  if (!(optimizer instanceof TensorOptimizer)) throw new Error('an optimizer of another kind')
  const plan = optimizer.plan()
  tf.tidy(() =>
    optimizer.apply(plan, gradients, (index) => tf.scalar(plan.factors[index] ?? Number.NaN, 'float32')),
  )
  optimizer.commit(plan, Object.keys(gradients))
}

function gradientsOf({ chosen, seed, missing }: Run, step: number): Record<string, tf.Tensor> {
  return Object.fromEntries(
    chosen.flatMap((shape, index) =>
      step === 1 && index === missing
        ? []
        : [[`w${shape}`, tf.randomUniform(shapes[shape] ?? [], -1, 1, 'float32', seed + 10 * step + index)]],
    ),
  )
}

function drawn(shape: number, seed: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.randomUniform(shapes[shape] ?? [], -1, 1, 'float32', seed)))
}

function valuesOf(tensor: tf.Tensor): number[] {
  return [...tensor.dataSync()]
}

/** A state tree with numbers for its tensors. */
function read(tree: unknown): unknown {
  if (tree instanceof tf.Tensor) return valuesOf(tree)
  if (Array.isArray(tree)) return tree.map(read)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, read(value)]))
}

/** Within the rounding of float32, as parts of what there is at most. */
function expectClose(found: { parameters: number[][] }, wanted: { parameters: number[][] }): void {
  found.parameters.forEach((values, index) => {
    values.forEach((value, place) => {
      expect(Math.abs(value - (wanted.parameters[index]?.[place] ?? Number.NaN))).toBeLessThanOrEqual(1e-5)
    })
  })
}
