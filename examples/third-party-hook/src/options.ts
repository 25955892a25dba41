import * as v from 'valibot'

export interface GradientStatisticsHookOptions {
  /** Looks at a layer when so many iterations have passed since it was looked at, at updates only. Default 50. */
  readonly interval?: number
  /** Looks only at layers whose name matches this regular expression. Default: at all. */
  readonly layers?: string
}

const intervalMessage = 'must be a whole number above 0, such as 50'
const layersMessage = "must be a regular expression, such as '^conv'"

export const gradientStatisticsHookSchema = v.strictObject({
  interval: v.optional(
    v.pipe(v.number(intervalMessage), v.integer(intervalMessage), v.minValue(1, intervalMessage)),
  ),
  layers: v.optional(v.pipe(v.string(layersMessage), v.check(isRegularExpression, layersMessage))),
})

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}
