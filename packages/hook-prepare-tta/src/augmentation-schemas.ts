import * as v from 'valibot'

const pixels = v.optional(
  v.pipe(
    v.number('must be a whole number of pixels, such as 1'),
    v.integer('must be a whole number of pixels, such as 1'),
  ),
)
const factor = 'must be a number above 0, such as 1.1'

/** Of augmentations without options. */
export const plainSchema = v.strictObject({})

export const rotate90Schema = v.strictObject({
  times: v.optional(v.picklist([1, 2, 3], 'must be 1, 2 or 3 quarter turns')),
})

export const shiftSchema = v.pipe(
  v.strictObject({ x: pixels, y: pixels }),
  v.check(({ x = 0, y = 0 }) => x !== 0 || y !== 0, "must move something, such as { type: 'Shift', x: 1 }"),
)

export const scaleSchema = v.strictObject({
  factor: v.pipe(v.number(factor), v.finite(factor), v.gtValue(0, factor)),
})
