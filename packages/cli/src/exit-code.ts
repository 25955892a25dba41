import { constants } from 'node:os'

/** What the process ends with; a run that a signal interrupted ends with 128 and the signal's number, Ctrl-C with 130. */
export const exitCodes = {
  ok: 0,
  /** A run that failed; damage, differences or problems that were found. */
  failed: 1,
  /** A command, a config or a project that cannot be. */
  usage: 2,
} as const

/** As shells count: 130 for SIGINT, 143 for SIGTERM. @param reason of an interruption, such as `SIGINT` */
export function interruptedBy(reason: string): number {
  const number: unknown = Reflect.get(constants.signals, reason)
  return 128 + (typeof number === 'number' ? number : constants.signals.SIGINT)
}
