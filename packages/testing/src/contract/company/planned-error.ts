import { HookloopError } from '@hookloop/core'

/** What the contract lets happen on purpose. */
export class PlannedError extends HookloopError {
  constructor(what: string, code = 'HL_CONTRACT_PLANNED') {
    super(code, `the contract lets ${what} fail, to see what the hook makes of it`)
  }
}

/** True for a planned error and for what was thrown because of it. */
export function isPlanned(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof PlannedError) return true
  return false
}
