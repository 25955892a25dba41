import { HookloopError } from './hookloop-error.js'

/** One mistake in a config. */
export interface ConfigIssue {
  /** Where it is, such as `customHooks[1].momentum`. */
  readonly path: string
  /** What was found, what is allowed, and what to do. */
  readonly message: string
  /** Which kind of mistake: `HL_CONFIG_TYPE`, `HL_CONFIG_UNKNOWN_TYPE`, … */
  readonly code: string
}

/** All mistakes of a config at once, found before anything was built. Code `HL_CONFIG`. */
export class ConfigError extends HookloopError {
  override readonly name = 'ConfigError'

  constructor(readonly issues: readonly ConfigIssue[]) {
    super('HL_CONFIG', describe(issues))
  }
}

function describe(issues: readonly ConfigIssue[]): string {
  const head = issues.length === 1 ? 'The config has a mistake' : `The config has ${issues.length} mistakes`
  return [
    `${head} (HL_CONFIG):`,
    ...issues.map(({ path, message, code }) => `  ${path}: ${message} (${code})`),
  ].join('\n')
}
