import { HookloopError } from './hookloop-error.js'

/** Where in a run something happened. Epochs and iterations count from 0. */
export interface RunPlace {
  readonly epoch: number
  readonly iter: number
}

/** An error thrown inside a hook; `cause` is what the hook threw. Code `HL_HOOK_FAILED`. */
export class HookError extends HookloopError {
  override readonly name = 'HookError'

  /**
   * @param hook its name
   * @param point the hook point, or the event
   * @param packageName package and version that registered the hook; undefined where it is not registered
   */
  constructor(
    readonly hook: string,
    readonly point: string,
    readonly place: RunPlace,
    readonly packageName: string | undefined,
    cause: unknown,
  ) {
    const origin = packageName === undefined ? '' : ` of ${packageName}`
    super(
      'HL_HOOK_FAILED',
      `${hook}${origin} failed in ${point} at epoch ${place.epoch}, iteration ${place.iter}: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

/** What an error says, whatever was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
