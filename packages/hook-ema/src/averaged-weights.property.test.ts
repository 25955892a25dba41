import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AveragedWeights, type AveragingOptions } from './averaged-weights.js'

/** Two weights, a buffer of floats and one that counts. */
interface Values {
  readonly weight: readonly [number, number]
  readonly mean: number
  readonly count: number
}

const float = fc.float({ min: -1, max: 1, noNaN: true })
const values: fc.Arbitrary<Values> = fc.record({
  weight: fc.tuple(float, float),
  mean: float,
  count: fc.integer({ min: -99, max: 99 }),
})
const runs = fc.array(values, { minLength: 1, maxLength: 20 })
const options = fc.record({
  emaType: fc.constantFrom(
    'ExponentialMovingAverage' as const,
    'MomentumAnnealingEMA' as const,
    'StochasticWeightAverage' as const,
  ),
  momentum: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  gamma: fc.double({ min: 0.5, max: 100, noNaN: true }),
  interval: fc.integer({ min: 1, max: 4 }),
  updateBuffers: fc.boolean(),
})
/** Iterations that the average follows before it begins. */
const begins = fc.nat(5)

function modelOf() {
  const weight = tf.variable(tf.zeros([2]))
  const mean = tf.variable(tf.scalar(0), false)
  const count = tf.variable(tf.scalar(0, 'int32'), false)
  const all = { weight, mean, count }
  return {
    parameters: () => ({ weight }),
    buffers: () => ({ mean, count }),
    set(to: Values) {
      tf.tidy(() => {
        weight.assign(tf.tensor1d([...to.weight]))
        mean.assign(tf.scalar(to.mean))
        count.assign(tf.scalar(to.count, 'int32'))
      })
    },
    read: () => numbersOf(all),
    dispose: () => tf.dispose([weight, mean, count]),
  }
}

type Model = ReturnType<typeof modelOf>

function numbersOf(state: Readonly<Record<string, tf.Tensor>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, [...value.dataSync()]]))
}

/** One iteration of training: new weights, which are averaged from `begin` on. */
function train(model: Model, average: AveragedWeights, to: Values, iter: number, begin: number): void {
  model.set(to)
  if (iter < begin) average.follow()
  else average.update()
}

/** Trains a model of its own and looks at the average at the end, or after each iteration. */
function averagesOf(
  run: readonly Values[],
  setting: AveragingOptions,
  begin = 0,
  look: 'always' | 'at the end' = 'always',
): Record<string, number[]>[] {
  const model = modelOf()
  const average = new AveragedWeights(model, setting)
  const averages = run.flatMap((to, iter) => {
    train(model, average, to, iter, begin)
    return look === 'always' || iter === run.length - 1 ? [numbersOf(average.averagedState())] : []
  })
  average.dispose()
  model.dispose()
  return averages
}

/** The average in float64: its first value, then a share of each that an averaging step sees. */
function expected(all: readonly number[], setting: Required<Omit<AveragingOptions, Begins>>): number {
  const { emaType, momentum, gamma, interval } = setting
  const seen = all.flatMap((value, step) => (step % interval === 0 ? [{ value, step }] : []))
  if (emaType === 'StochasticWeightAverage')
    return seen.reduce((sum, { value }) => sum + value, 0) / seen.length
  const keptBy = (step: number) => {
    if (step === 0) return 0
    return 1 - (emaType === 'MomentumAnnealingEMA' ? Math.max(momentum, gamma / (gamma + step)) : momentum)
  }
  return seen.reduce((sum, { value, step }, index) => {
    const later = seen.slice(index + 1).reduce((product, next) => product * keptBy(next.step), 1)
    return sum + value * (1 - keptBy(step)) * later
  }, 0)
}
type Begins = 'beginIter' | 'beginEpoch' | 'strictLoad'

describe('AveragedWeights', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('stays inside the hull of what it averaged', () => {
    fc.assert(
      fc.property(runs, options, (run, setting) => {
        averagesOf(run, setting).forEach(({ weight = [] }, index) => {
          weight.forEach((average, element) => {
            const seen = run.slice(0, index + 1).map((to) => to.weight[element] ?? Number.NaN)
            expect(average).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6)
            expect(average).toBeLessThanOrEqual(Math.max(...seen) + 1e-6)
          })
        })
      }),
    )
  })

  it('is what its formula says, in float64, and for StochasticWeightAverage the mean of what it saw', () => {
    fc.assert(
      fc.property(runs, options, begins, (run, setting, begin) => {
        averagesOf(run, setting, begin).forEach(({ weight = [], mean = [] }, iter) => {
          // Until it begins, the average is what was there last.
          const averaged = run.slice(Math.min(begin, iter), iter + 1)
          const check = (value: number | undefined, all: readonly number[]) =>
            expect(Math.abs((value ?? Number.NaN) - expected(all, setting))).toBeLessThanOrEqual(1e-5)
          check(
            weight[0],
            averaged.map((to) => to.weight[0]),
          )
          check(
            weight[1],
            averaged.map((to) => to.weight[1]),
          )
          if (setting.updateBuffers)
            check(
              mean[0],
              averaged.map((to) => to.mean),
            )
        })
      }),
    )
  })

  it('is the same whether somebody looks in between or not', () => {
    fc.assert(
      fc.property(runs, options, begins, (run, setting, begin) => {
        expect(averagesOf(run, setting, begin, 'at the end')[0]).toEqual(
          averagesOf(run, setting, begin).at(-1),
        )
      }),
    )
  })

  it('stays as it was between the averaging steps, but for the buffers that it copies', () => {
    fc.assert(
      fc.property(runs, options, (run, setting) => {
        const averages = averagesOf(run, setting)
        averages.forEach((average, step) => {
          if (step % setting.interval !== 0) expect(average.weight).toEqual(averages[step - 1]?.weight)
          const { mean, count } = run[setting.updateBuffers ? 0 : step] ?? {}
          expect(average.count).toEqual([count])
          if (!setting.updateBuffers) expect(average.mean).toEqual([mean])
        })
      }),
    )
  })

  it('stored and resumed at any step goes on, to the bit, as if nothing had happened', () => {
    fc.assert(
      fc.property(runs, options, begins, fc.nat(), fc.boolean(), (run, setting, begin, where, isSwapped) => {
        const whole = averagesOf(run, setting, begin)
        let model = modelOf()
        let average = new AveragedWeights(model, setting)
        run.forEach((to, iter) => {
          train(model, average, to, iter, begin)
          expect(numbersOf(average.averagedState())).toEqual(whole[iter])
          if (iter !== where % run.length) return
          if (isSwapped) average.swap()
          expect(numbersOf(average.averagedState())).toEqual(whole[iter])
          const { steps, ...live } = average.storedState()
          expect(numbersOf(live)).toEqual({
            'module.weight': [...to.weight],
            'module.mean': [to.mean],
            'module.count': [to.count],
          })
          const next = modelOf()
          const resumed = new AveragedWeights(next, setting)
          resumed.load(average.averagedState(), steps?.dataSync()[0] ?? Number.NaN, true)
          average.dispose()
          model.dispose()
          model = next
          average = resumed
        })
        average.dispose()
        model.dispose()
      }),
    )
  })

  it('exchanged twice leaves all as it was, and exchanged once puts the average into the model', () => {
    fc.assert(
      fc.property(runs, options, begins, (run, setting, begin) => {
        const model = modelOf()
        const average = new AveragedWeights(model, setting)
        run.forEach((to, iter) => {
          train(model, average, to, iter, begin)
        })
        const before = { live: model.read(), averaged: numbersOf(average.averagedState()) }
        const seen = () => ({
          live: numbersOf(average.liveState()),
          averaged: numbersOf(average.averagedState()),
        })
        average.swap()
        expect(seen()).toEqual(before)
        expect(model.read().weight).toEqual(before.averaged.weight)
        average.swap()
        expect(seen()).toEqual(before)
        expect(model.read()).toEqual(before.live)
        average.dispose()
        model.dispose()
      }),
    )
  })

  it('keeps the number of tensors, and gives all of them back', () => {
    fc.assert(
      fc.property(runs, options, begins, (run, setting, begin) => {
        const model = modelOf()
        const alone = tf.memory().numTensors
        const average = new AveragedWeights(model, setting)
        const owned = tf.memory().numTensors
        run.forEach((to, iter) => {
          train(model, average, to, iter, begin)
          average.swap()
          average.swap()
          expect(tf.memory().numTensors).toBe(owned)
        })
        average.storedState()
        average.storedState()
        expect(tf.memory().numTensors).toBe(owned + 1)
        average.dispose()
        expect(tf.memory().numTensors).toBe(alone)
        model.dispose()
      }),
    )
  })
})
