/** A config with a type, as opposed to an object that was built already. */
export function isTypedConfig(value: unknown): value is { readonly type: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    'type' in value &&
    typeof value.type === 'string'
  )
}
