/** More is data rather than settings. */
const longestList = 100

/** A config as JSON text; what JSON cannot say, such as datasets and functions, is named by its class, a long list by its length. */
export function configText(config: unknown): string {
  return JSON.stringify(config, (_key, value: unknown) => written(value), 2) ?? ''
}

function written(value: unknown): unknown {
  if (typeof value === 'function') return `<function ${value.name || 'without a name'}>`
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (Array.isArray(value)) return value.length > longestList ? `<list of ${value.length}>` : value
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return value
  return `<${value.constructor?.name ?? 'object'}>`
}
