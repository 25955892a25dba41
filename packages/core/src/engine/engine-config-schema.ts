import * as v from 'valibot'
import type { EngineConfig } from './engine-settings.js'

/** Far more than any machine gains by; TensorFlow would try to start any number, and hang. */
const mostThreads = 1024

const threads = (example: number) => {
  const message = `must be a whole number from 1 to ${mostThreads}, such as ${example}`
  return v.optional(
    v.pipe(v.number(message), v.integer(message), v.minValue(1, message), v.maxValue(mostThreads, message)),
  )
}
const flag = v.optional(v.boolean('must be true or false'))

/** Options of an engine that has settings. */
export const engineConfigSchema = v.strictObject({
  name: v.literal('tfjs-node', "must be 'tfjs-node', the engine that has settings"),
  intraOpThreads: threads(1),
  interOpThreads: threads(2),
  oneDnn: flag,
  xla: flag,
  settings: v.optional(v.literal('auto', "must be 'auto', or left out")),
})

/** True for an object that is meant as a config, right or wrong: an engine of the user's own has methods. */
export function isEngineConfig(value: unknown): value is EngineConfig {
  return typeof value === 'object' && value !== null && !('describe' in value)
}
