import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { averageOf, votesOf } from './merging.js'

type Rows = readonly (readonly number[])[]

/** Merges the scores of each view, and looks after the tensors. */
function merged(merge: typeof averageOf, views: readonly Rows[]): number[][] {
  const before = tf.memory().numTensors
  const scores = views.map((rows) => tf.tensor2d(rows.map((row) => [...row])))
  const result = merge(scores)
  expect(tf.memory().numTensors).toBe(before + views.length + 1)
  const values = tf.unstack(result).map((row) => [...row.dataSync()])
  tf.dispose([result, scores])
  return values
}

const scores = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 5 }))
  .chain(([batch, classes]) =>
    fc.array(
      fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: classes, maxLength: classes }),
      { minLength: batch, maxLength: batch },
    ),
  )
/** One example as several views see it; small whole numbers, so that ties are frequent. */
const several = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 2, max: 4 }))
  .chain(([views, classes]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: classes, maxLength: classes }), {
      minLength: views,
      maxLength: views,
    }),
  )
const count = fc.integer({ min: 1, max: 6 })

const best = (row: readonly number[]) => row.indexOf(Math.max(...row))

describe('averageOf', () => {
  it('is the mean of the views', () => {
    const views = [[[0, 1, 2]], [[1, 1, 1]], [[5, 1, 0]], [[2, 1, 5]]]
    expect(merged(averageOf, views)).toEqual([[2, 1, 2]])
  })

  it('of equal views is the view', () => {
    fc.assert(
      fc.property(scores, count, (rows, views) => {
        const found = merged(
          averageOf,
          Array.from({ length: views }, () => rows),
        )
        for (const [place, value] of rows.flat().entries()) expect(found.flat()[place]).toBeCloseTo(value, 4)
      }),
    )
  })

  it('takes whole numbers and any shape', () => {
    tf.tidy(() => {
      const mean = averageOf([tf.tensor1d([1, 2], 'int32'), tf.tensor1d([2, 2], 'int32')])
      expect([...mean.dataSync()]).toEqual([1.5, 2])
    })
  })

  it('keeps classes that every view rules out', () => {
    const ruledOut = Number.NEGATIVE_INFINITY
    expect(merged(averageOf, [[[1, ruledOut]], [[3, ruledOut]]])).toEqual([[2, ruledOut]])
  })

  it('refuses scores of unequal shapes', () => {
    tf.tidy(() => {
      expect(() => averageOf([tf.zeros([2, 3]), tf.zeros([2, 3]), tf.zeros([2, 4])])).toThrow(
        /augmentations\[0\] are float32 \[2, 3\], those under augmentations\[2\] are float32 \[2, 4\].*HL_TTA_SHAPE/,
      )
    })
  })
})

describe('votesOf', () => {
  it('counts the views that think a class the best', () => {
    const views = [[[9, 1, 0]], [[0, 2, 1]], [[0, 2, 1]]]
    const [row = []] = merged(votesOf, views)
    expect(row.map(Math.floor)).toEqual([1, 2, 0])
    expect(best(row)).toBe(1)
  })

  it('lets the mean score settle ties', () => {
    // One vote each; the means are 4, 5 and 0.
    const [row = []] = merged(votesOf, [[[8, 3, 0]], [[0, 7, 0]]])
    expect(row).toEqual([1 + Math.fround(1 / 3), 1 + Math.fround(2 / 3), 0].map(Math.fround))
  })

  it('of equal views has the best class of the view', () => {
    fc.assert(
      fc.property(scores, count, (rows, views) => {
        const found = merged(
          votesOf,
          Array.from({ length: views }, () => rows),
        )
        expect(found.map(best)).toEqual(rows.map(best))
        for (const [index, row] of rows.entries())
          expect(Math.floor(found[index]?.[best(row)] ?? 0)).toBe(views)
      }),
    )
  })

  it('is decided by votes first and by the mean second', () => {
    fc.assert(
      fc.property(several, (rows) => {
        const classes = (rows[0] ?? []).map((_, place) => place)
        const votes = classes.map((place) => rows.filter((row) => best(row) === place).length)
        const sums = classes.map((place) => rows.reduce((sum, row) => sum + (row[place] ?? 0), 0))
        const order = [...classes].sort(
          (a, b) => (votes[b] ?? 0) - (votes[a] ?? 0) || (sums[b] ?? 0) - (sums[a] ?? 0) || a - b,
        )
        const [found = []] = merged(
          votesOf,
          rows.map((row) => [row]),
        )
        expect(found.map(Math.floor)).toEqual(votes)
        expect([...classes].sort((a, b) => (found[b] ?? 0) - (found[a] ?? 0))).toEqual(order)
      }),
    )
  })

  it('keeps NaN, so that it can be noticed', () => {
    expect(merged(votesOf, [[[1, Number.NaN, 0]], [[1, 0, 0]]])[0]?.[1]).toBeNaN()
  })

  it('wants a score per class', () => {
    tf.tidy(() => {
      expect(() => votesOf([tf.zeros([4])])).toThrow(
        /wants scores \[batch, classes\].*float32 \[4\].*HL_TTA_SHAPE/,
      )
    })
  })
})
