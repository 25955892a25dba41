import { describe, expect, it } from 'vitest'
import { verdicts } from './verdict.js'

const names = ['cat', 'dog', 'eel']
const scores = [[0.7, 0.2, 0.1]]

describe('verdicts', () => {
  it('compares class numbers with scores', () => {
    expect(verdicts([[0], [2]], [...scores, [0.5, 0.125, 0.375]])).toEqual([
      { truth: '0', prediction: '0', score: '0.70', isRight: true },
      { truth: '2', prediction: '0', score: '0.50', isRight: false },
    ])
  })

  it('names classes, and those without a name by their number', () => {
    expect(verdicts([[1]], scores, names)).toEqual([
      { truth: 'dog', prediction: 'cat', score: '0.70', isRight: false },
    ])
    expect(verdicts([[1]], scores, ['cat'])[0]).toMatchObject({ truth: '1', prediction: 'cat' })
  })

  it.each([[[0, 1, 0]], [[0.05, 0.9, 0.05]]])('reads the class of %j', (...row) => {
    expect(verdicts(row, [[0.1, 3, -4]])).toEqual([
      { truth: '1', prediction: '1', score: '3.00', isRight: true },
    ])
  })

  it('takes one output for the score of the second of two classes', () => {
    expect(verdicts([[1], [1], [0]], [[0.75], [0.5], [0.25]], ['no', 'yes'])).toEqual([
      { truth: 'yes', prediction: 'yes', score: '0.75', isRight: true },
      { truth: 'yes', prediction: 'no', score: '0.50', isRight: false },
      { truth: 'no', prediction: 'no', score: '0.75', isRight: true },
    ])
  })

  it('compares class numbers with class numbers', () => {
    expect(verdicts([[7]], [[1]])).toEqual([
      { truth: '7', prediction: '1', score: undefined, isRight: false },
    ])
  })

  it('shows scores with two decimals, large ones with three digits', () => {
    const scoreOf = (score: number) => verdicts([[1]], [[-score, score]])[0]?.score
    expect([1, 0.9999, 0.001, 12.345, 4321.5].map(scoreOf)).toEqual([
      '1.00',
      '1.00',
      '0.00',
      '12.35',
      '4.32e+3',
    ])
  })

  it('finds the best of very many classes', () => {
    const many = Array.from({ length: 300_000 }, (_, index) => (index === 200_000 ? 2 : 1))
    expect(verdicts([[200_000]], [many])[0]).toMatchObject({ prediction: '200000', isRight: true })
  })

  it('knows no best class where a score is NaN', () => {
    expect(verdicts([[0]], [[0.5, Number.NaN, 0.5]], names)).toEqual([
      { truth: 'cat', prediction: 'NaN', score: undefined, isRight: false },
    ])
  })

  it.each([
    ['scores', [...scores, ...scores, ...scores]],
    ['class numbers', [[0], [0], [0]]],
  ])('keeps the names where one label is none of the classes, beside %s', (_what, prediction) => {
    const said = verdicts([[0], [7], [-1]], prediction, names)
    expect(said).toMatchObject([
      { truth: 'cat', prediction: 'cat', isRight: true, strangeLabel: undefined },
      { truth: '7', prediction: 'cat', isRight: undefined, strangeLabel: { label: 7, classCount: 3 } },
      { truth: '-1', prediction: 'cat', isRight: undefined, strangeLabel: { label: -1, classCount: 3 } },
    ])
    expect(verdicts([[7]], scores, names)[0]).toMatchObject({ truth: '7', prediction: 'cat', score: '0.70' })
    expect(verdicts([[0], [3]], [...scores, ...scores])[1]).toMatchObject({
      truth: '3',
      prediction: '0',
      strangeLabel: { label: 3, classCount: 3 },
    })
  })

  it('says what there is where truth or prediction is missing', () => {
    expect(verdicts([[1]], undefined, names)[0]).toMatchObject({ truth: 'dog', isRight: undefined })
    expect(verdicts([[0, 1, 0]], undefined)[0]).toMatchObject({ truth: '1' })
    expect(verdicts(undefined, scores)[0]).toMatchObject({
      prediction: '0',
      score: '0.70',
      isRight: undefined,
    })
    expect(verdicts(undefined, [[5, -2, 1]], names)[0]).toMatchObject({ prediction: 'cat', score: '5.00' })
    expect(verdicts(undefined, undefined)).toEqual([])
  })

  it.each([
    ['numbers that are only near', [[0.5]], [[0.4813]], '0.50', '0.48'],
    ['pairs', [[1.25, -3]], [[1.2, -3.333]], '1.25, -3', '1.20, -3.33'],
    ['large and tiny numbers', [[123456.7]], [[0.00012345]], '1.23e+5', '0.000123'],
    ['names', [['a cat']], [['a dog']], 'a cat', 'a dog'],
    ['long rows', [Array(100).fill(0.5)], [Array(5).fill(2)], undefined, undefined],
    ['a class number beyond the scores', [[3]], [[0.5, 0.2, 0.3]], '3', '0.50, 0.20, 0.30'],
    ['numbers below 0 where nothing tells of classes', [[-3], [5]], [[-2], [4]], '-3', '-2'],
    ['several classes at once', [[1, 1, 0]], [[0.9, 0.8, 0.1]], '1, 1, 0', '0.90, 0.80, 0.10'],
    ['rows without a sign of scores', undefined, [[5, -2, 1]], undefined, '5, -2, 1'],
    ['a class beside what is none', [[1]], [[0.4813]], '1', '0.48'],
  ])('tells %s as text', (_name, truth, prediction, truthText, predictionText) => {
    expect(verdicts(truth, prediction)[0]).toEqual({ truth: truthText, prediction: predictionText })
  })
})
