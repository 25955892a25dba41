/**
 * The root of every error that hookloop throws on purpose. Compare errors by `code`, never by text or class:
 * codes are stable and survive two copies of a package.
 */
export class HookloopError extends Error {
  override readonly name: string = 'HookloopError'

  /**
   * @param code stable identifier, `HL_…`
   * @param message what was found, where, what is allowed, and what to do
   */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.includes(`(${code})`) ? message : `${message} (${code})`, options)
  }
}

/** True for every error that carries a hookloop code, whichever copy of a package made it. */
export function hasCode(error: unknown, code?: string): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    (code === undefined ? error.code.startsWith('HL_') : error.code === code)
  )
}
