import { Evaluator } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gathered, judged } from '../../test/support.js'
import { MeanAbsoluteError, MeanSquaredError } from '../index.js'

const mae = (labels: unknown, outputs: unknown, options = {}) =>
  judged(new MeanAbsoluteError(options), [{ batch: { labels }, outputs }])

describe('MeanAbsoluteError and MeanSquaredError', () => {
  it.each<[string, () => unknown]>([
    ['a tensor', () => tf.tensor1d([1, 3])],
    ['a column for labels without one', () => tf.tensor2d([[1], [3]])],
    ['integers', () => tf.tensor1d([1, 3], 'int32')],
    ['a record', () => ({ predictions: tf.tensor1d([1, 3]) })],
    ['a record per example', () => [{ predictions: [1] }, { predictions: [3] }]],
    ['numbers', () => [1, 3]],
  ])('read %s', async (_what, make) => {
    const outputs = make()
    const before = tf.memory().numTensors
    expect(await mae([2, 5], outputs)).toEqual({ mae: 1.5 })
    expect(await judged(new MeanSquaredError(), [{ batch: { labels: [2, 5] }, outputs }])).toEqual({
      mse: 2.5,
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('read fields of other names, and take a prefix', async () => {
    const evaluator = new Evaluator([
      new MeanAbsoluteError({ labels: 'y', predictions: 'depth', prefix: 'depth' }),
      new MeanAbsoluteError({ labels: 'z', predictions: 'height', prefix: 'height' }),
    ])
    const records = [{ y: 1, z: 2, depth: 0, height: 0 }]
    expect(await evaluator.offlineEvaluate(records, records)).toEqual({ 'depth/mae': 1, 'height/mae': 2 })
  })

  it('give NaN for NaN, and without examples', async () => {
    expect(await mae([1, 2], [1, Number.NaN])).toEqual({ mae: Number.NaN })
    expect(await judged(new MeanSquaredError(), [])).toEqual({ mse: Number.NaN })
  })

  it.each<[string, unknown, unknown, RegExp]>([
    ['a row for a number', tf.zeros([2]), tf.zeros([2, 2]), /labels \[2\] and predictions \[2, 2\]/],
    ['a turned shape', tf.zeros([2, 3]), tf.zeros([3, 2]), /HL_METRIC_SHAPE/],
    ['a number without a batch', tf.scalar(0), tf.scalar(0), /one shape \[batch, …\], but got labels \[\]/],
    ['another field', [1], { scores: [1] }, /'predictions', but found \{ scores: .*option `predictions`/],
  ])('refuse %s', async (_what, labels, outputs, message) => {
    const before = tf.memory().numTensors
    await expect(mae(labels, outputs)).rejects.toThrow(message)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuse options that there are not', () => {
    expect(() => new MeanSquaredError(JSON.parse('{"scores":"a"}'))).toThrow(/MeanSquaredError\.scores/)
  })

  const float = fc.float({ min: -100, max: 100, noNaN: true })
  const pairs = (length: number) => fc.array(fc.tuple(float, float), { minLength: length, maxLength: length })
  /** Batches of examples, those of one batch of the same number of values. */
  const batches = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }))
      .chain(([size, values]) => fc.record({ size: fc.constant(size), pairs: pairs(size * values) })),
    { minLength: 1, maxLength: 5 },
  )

  it('are means over all values, whatever the shapes of the batches', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (drawn) => {
        const shown = drawn.map(({ size, pairs }) => ({
          batch: {
            labels: tf.tensor(
              pairs.map(([label]) => label),
              [size, pairs.length / size],
            ),
          },
          outputs: tf.tensor(
            pairs.map(([, prediction]) => prediction),
            [size, pairs.length / size],
          ),
        }))
        const differences = drawn.flatMap(({ pairs }) =>
          pairs.map(([label, prediction]) => prediction - label),
        )
        const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
        const { mae } = await judged(new MeanAbsoluteError(), shown)
        expect(mae).toBeCloseTo(mean(differences.map(Math.abs)), 3)
        const { mse } = await judged(new MeanSquaredError(), shown)
        const wanted = mean(differences.map((value) => value * value))
        expect(Math.abs(Number(mse) - wanted)).toBeLessThanOrEqual(1e-5 * wanted + 1e-6)
        tf.dispose(shown.map(({ batch, outputs }) => [batch.labels, outputs]))
      }),
      { numRuns: 50 },
    )
  })

  it('leave out what processes repeat to round up', async () => {
    const metric = new MeanAbsoluteError()
    await metric.process({ labels: [0, 0] }, [1, 3])
    const others = new MeanAbsoluteError()
    await others.process({ labels: [0, 0] }, [2, 1])
    const dist = new Gathered([[], others.takeResults()])
    expect(await new Evaluator([metric]).evaluate(3, dist)).toEqual({ mae: 2 })
  })
})
