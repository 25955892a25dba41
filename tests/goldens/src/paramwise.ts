import { camelCaseKeys } from './camel-case.js'
import { fieldsOf } from './fields.js'

type Fields = Readonly<Record<string, unknown>>

/** `paramwiseCfg` as our options have it. */
export function paramwiseOf(cfg: unknown): Fields {
  if (cfg === null || cfg === undefined) return {}
  const { custom_keys: customKeys, ...rules } = fieldsOf(cfg)
  const camelRules = fieldsOf(camelCaseKeys(rules))
  if (customKeys === undefined) return { paramwiseCfg: camelRules }
  return { paramwiseCfg: { ...camelRules, customKeys: customKeysOf(customKeys) } }
}

/** The keys are parts of parameter names and stay as they are. */
function customKeysOf(customKeys: unknown): unknown {
  if (Array.isArray(customKeys)) return customKeys
  const entries = Object.entries(fieldsOf(customKeys))
  return Object.fromEntries(entries.map(([key, entry]) => [key, camelCaseKeys(entry)]))
}
