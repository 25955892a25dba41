import * as v from 'valibot'
import type { EngineConfig } from './engine-settings.js'

const threads = (example: number) => {
  const message = `must be a whole number above 0, such as ${example}`
  return v.optional(v.pipe(v.number(message), v.integer(message), v.minValue(1, message)))
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
