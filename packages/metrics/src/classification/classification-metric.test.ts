import { disposeTensors, Evaluator, type Metrics, SingleProcess } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gathered, judged, labelled, memoryContext } from '../../test/support.js'
import { ConfusionMatrix, confusionMatrix, SingleLabelMetric } from '../index.js'

const int32 = (...values: number[]) => tf.tensor1d(values, 'int32')

/** Scores of three classes in which the predicted class is best. */
const rowOf = (prediction: number) => [0, 1, 2].map((index) => (index === prediction ? 0.8 : 0.1))

describe('what ConfusionMatrix reads', () => {
  const labels = [0, 1, 1, 0]
  const predictions = [0, 1, 0, 0]
  const wanted = [
    [2, 0],
    [1, 1],
  ]
  const rows = predictions.map((prediction) => (prediction === 1 ? [0.2, 0.8] : [0.9, 0.1]))
  const positives = rows.map(([, positive = 0]) => positive)

  it.each<[string, () => unknown]>([
    ['scores', () => tf.tensor2d(rows)],
    ['a record with scores', () => ({ scores: tf.tensor2d(rows), predictions: int32(1, 1, 1, 1) })],
    ['a record per example with scores', () => rows.map((scores) => ({ scores: tf.tensor1d(scores) }))],
    ['a record per example with lists', () => rows.map((scores) => ({ scores }))],
    ['class numbers', () => int32(...predictions)],
    ['class numbers as a column', () => tf.tensor2d(predictions, [4, 1], 'int32')],
    ['a record with class numbers', () => ({ predictions: tf.tensor1d(predictions) })],
    ['a record per example with class numbers', () => predictions.map((one) => ({ predictions: one }))],
    ['one score per example', () => tf.tensor1d(positives)],
    ['a column of scores', () => tf.tensor2d(positives, [4, 1])],
    ['one score in a record per example', () => positives.map((scores) => ({ scores: [scores] }))],
    ['truth values', () => tf.tensor1d(predictions, 'bool')],
  ])('%s', async (_what, make) => {
    const before = tf.memory().numTensors
    const outputs = make()
    const metric = new ConfusionMatrix({ numClasses: 2 })
    const oneHot = tf.tidy(() => tf.oneHot(int32(...labels), 2))
    for (const truth of [int32(...labels), oneHot, tf.tensor2d(labels, [4, 1]), labels]) {
      expect(await judged(metric, [{ batch: { labels: truth }, outputs }])).toEqual({ result: wanted })
      disposeTensors(truth)
    }
    disposeTensors(outputs)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('reads fields of other names', async () => {
    const metric = new ConfusionMatrix({
      labels: 'gtLabel',
      scores: 'predScore',
      predictions: 'predLabel',
      numClasses: 2,
    })
    const batch = { gtLabel: labels }
    const outputs = predictions.map((predLabel) => ({ predLabel }))
    expect(await judged(metric, [{ batch, outputs }])).toEqual({ result: wanted })
    const scores = { predScore: tf.tensor2d(rows) }
    expect(await judged(metric, [{ batch, outputs: scores }])).toEqual({ result: wanted })
  })

  it('splits one score per example where it is told', async () => {
    const batch = { labels: int32(0, 0, 1) }
    const outputs = tf.tensor1d([-2, -0.5, 3])
    const at = async (threshold: number) =>
      (await judged(new ConfusionMatrix({ threshold }), [{ batch, outputs }])).result
    expect(await at(0)).toEqual([
      [2, 0],
      [0, 1],
    ])
    expect(await at(-0.5)).toEqual(await at(0))
    expect(await at(-1)).toEqual([
      [1, 1],
      [0, 1],
    ])
  })

  it('takes whole numbers in the field of the scores for scores', async () => {
    const records = [{ scores: 1 }, { scores: 0 }, { scores: 0.25 }, { scores: 3 }]
    const evaluator = new Evaluator([new ConfusionMatrix()])
    for (const chunkSize of [1, 2, 4]) {
      expect(await evaluator.offlineEvaluate(records, labelled([1, 0, 1, 1]), chunkSize)).toEqual({
        'confusion_matrix/result': [
          [1, 0],
          [1, 2],
        ],
      })
    }
  })

  it('knows the classes from the dataset where the predictions do not tell them', async () => {
    const evaluator = new Evaluator([new ConfusionMatrix()])
    const classes = ['cat', 'dog', 'bird']
    const records = [{ predictions: 2 }, { predictions: 0 }]
    expect(await evaluator.offlineEvaluate(records, labelled([2, 1], { classes }))).toEqual({
      'confusion_matrix/result': [
        [0, 0, 0],
        [1, 0, 0],
        [0, 0, 1],
      ],
    })
    await expect(evaluator.offlineEvaluate(records, labelled([2, 1]))).rejects.toThrow(
      /do not tell how many classes.*`numClasses`.*HL_METRIC_CLASSES/,
    )
  })
})

describe('what is wrong with classes', () => {
  const scores = tf.tensor2d([rowOf(0), rowOf(2)])

  it.each<[string, object, unknown, RegExp]>([
    ['a label that is no class', { labels: [0, 3] }, scores, /label 3, but there are 3 classes.*from 0 to 2/],
    ['a negative label', { labels: [-1, 0] }, scores, /the label -1.*HL_METRIC_LABEL/],
    ['half a label', { labels: [0, 0.5] }, scores, /'labels', but example 1 of the batch has 0\.5/],
    ['NaN as a label', { labels: [0, Number.NaN] }, scores, /example 1 of the batch has NaN/],
    ['NaN in a one-hot label', { labels: [[0, Number.NaN]] }, [rowOf(0)], /example 0 of the batch has NaN/],
    ['a label too many', { labels: [0, 1, 2] }, scores, /got 3 labels and 2 predictions.*HL_METRIC_SHAPE/],
    ['no labels', { label: [0, 1] }, scores, /'labels', but found \{ label: .*option `labels`/],
    ['a predicted number that is no class', { labels: [0] }, [{ predictions: 4 }], /prediction 4, but there/],
    ['half a predicted class', { labels: [0] }, [{ predictions: 1.5 }], /the prediction 1\.5/],
    ['scores of pixels', { labels: [0] }, tf.zeros([1, 3, 2]), /wants scores .* but got \[1, 3, 2\]/],
    ['class numbers in rows', { labels: [0] }, [{ predictions: [1, 2] }], /wants class numbers.*\[1, 2\]/],
    ['neither scores nor predictions', { labels: [0] }, [{ logits: 1 }], /option `scores`.*HL_METRIC_FIELD/],
  ])('%s is told', async (_what, batch, outputs, message) => {
    const before = tf.memory().numTensors
    const metric = new ConfusionMatrix({ numClasses: 3 })
    await expect(judged(metric, [{ batch: { ...batch }, outputs }])).rejects.toThrow(message)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is told of lists from elsewhere too', () => {
    expect(() => confusionMatrix({ labels: [0], predictions: [2], numClasses: 2 })).toThrow(
      /confusionMatrix found the prediction 2, but there are 2 classes/,
    )
    expect(() => confusionMatrix({ labels: [0], predictions: [], numClasses: 2 })).toThrow(/HL_METRIC_SHAPE/)
  })
})

describe('examples without a prediction', () => {
  const nan = Number.NaN
  const batch = { labels: int32(0, 1, 1, 2) }
  const outputs = tf.tensor2d([rowOf(0), rowOf(1), [0.1, nan, 0.2], [nan, nan, nan]])

  it('are left out of the matrix, and counted in a warning', async () => {
    const context = memoryContext()
    const evaluator = new Evaluator([new ConfusionMatrix()])
    evaluator.context = context
    await evaluator.process(batch, outputs)
    const { 'confusion_matrix/result': result } = await evaluator.evaluate(4, new SingleProcess())
    expect(result).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ])
    expect(context.lines).toEqual([
      'WARNING ConfusionMatrix: 2 of 4 examples have NaN among their scores and are left out',
    ])
  })

  it('are misses of their class, and no predictions', async () => {
    const classwise = await judged(new SingleLabelMetric({ average: null }), [{ batch, outputs }])
    expect(classwise).toMatchObject({
      precision_classwise: [1, 1, 0],
      recall_classwise: [1, 1 / 2, 0],
    })
    const micro = await judged(new SingleLabelMetric({ average: 'micro' }), [{ batch, outputs }])
    expect(micro).toMatchObject({ precision_micro: 1, recall_micro: 1 / 2 })
    const binary = { batch: { labels: int32(1, 1) }, outputs: tf.tensor1d([0.9, nan]) }
    expect(await judged(new SingleLabelMetric({ average: 'binary' }), [binary])).toMatchObject({
      recall: 0.5,
    })
  })
})

it('gives NaN without examples, and an empty matrix of the known size', async () => {
  const nothing = { precision: Number.NaN, recall: Number.NaN, 'f1-score': Number.NaN }
  expect(await judged(new SingleLabelMetric(), [])).toEqual(nothing)
  expect(
    await judged(new SingleLabelMetric({ average: null, numClasses: 2, items: ['recall'] }), []),
  ).toEqual({
    recall_classwise: [Number.NaN, Number.NaN],
  })
  expect(await judged(new ConfusionMatrix({ numClasses: 2 }), [])).toEqual({
    result: [
      [0, 0],
      [0, 0],
    ],
  })
  expect(await judged(new ConfusionMatrix(), [])).toEqual({ result: [] })
})

describe('on any labels and predictions', () => {
  const cases = fc.integer({ min: 2, max: 5 }).chain((classes) =>
    fc.record({
      classes: fc.constant(classes),
      pairs: fc.array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), { minLength: 1, maxLength: 40 }),
    }),
  )

  /** By the definitions, class by class, without a thought for speed. */
  function naive(pairs: readonly (readonly [number, number])[], classes: number): Metrics {
    const count = (test: (label: number, prediction: number) => boolean) =>
      pairs.filter(([label, prediction]) => test(label, prediction)).length
    const numbers = Array.from({ length: classes }, (_, index) => index)
    const precision = numbers.map(
      (c) => count((l, p) => l === c && p === c) / (count((_, p) => p === c) || 1),
    )
    const recall = numbers.map((c) => count((l, p) => l === c && p === c) / (count((l) => l === c) || 1))
    return {
      precision_classwise: precision,
      recall_classwise: recall,
      'f1-score_classwise': numbers.map((c) => {
        const [a, b] = [precision[c] ?? 0, recall[c] ?? 0]
        return a + b === 0 ? 0 : expect.closeTo((2 * a * b) / (a + b), 10)
      }),
      support_classwise: numbers.map((c) => count((l) => l === c)),
      result: numbers.map((row) => numbers.map((column) => count((l, p) => l === row && p === column))),
    }
  }

  const items = ['precision', 'recall', 'f1-score', 'support'] as const

  it('agrees with the definitions, in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 7 }), async ({ classes, pairs }, batchSize) => {
        const options = { numClasses: classes }
        const batches = Array.from({ length: Math.ceil(pairs.length / batchSize) }, (_, index) => {
          const chunk = pairs.slice(index * batchSize, (index + 1) * batchSize)
          return {
            batch: { labels: chunk.map(([label]) => label) },
            outputs: chunk.map(([, prediction]) => ({ predictions: prediction })),
          }
        })
        const scores = await judged(new SingleLabelMetric({ ...options, average: null, items }), batches)
        const matrix = await judged(new ConfusionMatrix(options), batches)
        expect({ ...scores, ...matrix }).toEqual(naive(pairs, classes))
      }),
      { numRuns: 50 },
    )
  })

  it('gives the same from several processes, whatever was rounded up', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 4 }), async ({ classes, pairs }, ranks) => {
        const perRank = Math.ceil(pairs.length / ranks)
        const shares = Array.from({ length: ranks }, (_, rank) =>
          Array.from({ length: perRank }, (_, turn) => pairs[(turn * ranks + rank) % pairs.length] ?? [0, 0]),
        )
        const collected = await Promise.all(
          shares.map(async (share) => {
            const metric = new SingleLabelMetric({ numClasses: classes })
            await metric.process(
              { labels: share.map(([label]) => label) },
              share.map(([, prediction]) => ({ predictions: prediction })),
            )
            return metric.takeResults()
          }),
        )
        const metric = new SingleLabelMetric({ average: null, items })
        for (const [label = 0, prediction = 0] of shares[0] ?? []) {
          const scores = Array.from({ length: classes }, (_, index) => (index === prediction ? 0.9 : 0.1))
          await metric.process({ labels: [label] }, [scores])
        }
        const metrics = await new Evaluator([metric]).evaluate(pairs.length, new Gathered(collected))
        const wanted = naive(pairs, classes)
        for (const item of items) {
          const name = `${item}_classwise`
          expect(metrics[`single-label/${name}`]).toEqual(wanted[name])
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('SingleLabelMetric', () => {
  const batch = { labels: int32(0, 1, 2) }
  const outputs = tf.tensor2d([rowOf(0), rowOf(1), rowOf(1)])

  it('tells the items that are asked for, under the names of their average', async () => {
    const named = async (options: ConstructorParameters<typeof SingleLabelMetric>[0]) =>
      Object.keys(await judged(new SingleLabelMetric(options), [{ batch, outputs }]))
    expect(await named({})).toEqual(['precision', 'recall', 'f1-score'])
    expect(await named({ items: ['support'] })).toEqual(['support'])
    expect(await named({ items: ['recall', 'support'], average: 'micro' })).toEqual([
      'recall_micro',
      'support_micro',
    ])
    expect(await named({ items: ['f1-score'], average: null })).toEqual(['f1-score_classwise'])
  })

  it('refuses the scores of class 1 where there are three', async () => {
    await expect(judged(new SingleLabelMetric({ average: 'binary' }), [{ batch, outputs }])).rejects.toThrow(
      /class 1 of two, but there are 3 classes.*HL_METRIC_CLASSES/,
    )
  })

  it.each([
    ['{"average":"weighted"}', /average: is 'weighted', but must be 'macro', 'micro', 'binary' or null/],
    ['{"items":["f1"]}', /items\[0\]: is 'f1', but must be one of precision, recall, f1-score, support/],
    ['{"items":[]}', /items: is \[\], but must be a list of 'precision'/],
    ['{"numClasses":1}', /numClasses: is 1, but must be a whole number above 1/],
    ['{"averages":"macro"}', /Did you mean 'average'/],
    ['{"labels":""}', /labels: is '', but must be the name of a field/],
  ])('refuses %s', (options, message) => {
    expect(() => new SingleLabelMetric(JSON.parse(options))).toThrow(message)
  })
})
