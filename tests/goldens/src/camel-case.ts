/** The camelCase form of a snake_case name: `T_max` is `tMax`, `after_train_iter` is `afterTrainIter`. */
export function camelCaseName(name: string): string {
  const camel = name.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return camel.charAt(0).toLowerCase() + camel.slice(1)
}

/** A copy of JSON with camelCase keys at every depth; values stay as they are. */
export function camelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCaseKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [camelCaseName(key), camelCaseKeys(item)]),
  )
}
