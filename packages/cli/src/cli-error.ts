/** Stable codes of what the command line itself finds wrong. */
export type CliErrorCode =
  | 'HL_CLI_AMP'
  | 'HL_CLI_CHECKPOINT'
  | 'HL_CLI_CONFIG_EXPORT'
  | 'HL_CLI_CONFIG_KIND'
  | 'HL_CLI_CONFIG_LOAD'
  | 'HL_CLI_CONFIG_MISSING'
  | 'HL_CLI_EXTENDS'
  | 'HL_CLI_IMPORT'
  | 'HL_CLI_NO_CORE'
  | 'HL_CLI_OVERRIDE'
  | 'HL_CLI_SHELL'
  | 'HL_CLI_TWO_CORES'
  /** Core's: the mistakes of a config, with what the command line knows of them. */
  | 'HL_CONFIG'

/**
 * Something is wrong with a command, a config or a project. Core has an error like it, but the command line must be able to
 * speak where there is no core.
 */
export class CliError extends Error {
  override readonly name = 'CliError'

  /** @param message what was found, where, what is allowed, and what to do */
  constructor(
    readonly code: CliErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.includes(`(${code})`) ? message : `${message} (${code})`, options)
  }
}
