import { reasonOf } from '../errors/hook-error.js'
import type { HookResult } from '../hook/hook.js'
import type { ExceptionOrigin, Mode } from '../hook/points.js'
import type { Runner } from './runner.js'

/**
 * Wakes the hooks with `begin`, lets the run go, and fires `onException` and `afterRun` at its end. Of several
 * errors the first is the one to know: what fails on top of it is logged and does not hide it.
 */
export async function withHooks<Result>(
  runner: Runner,
  mode: Mode,
  begin: () => Promise<void>,
  run: () => Promise<Result>,
): Promise<Result> {
  let origin: ExceptionOrigin = 'setup'
  let result: Result
  try {
    await begin()
    origin = mode
    result = await run()
  } catch (error) {
    await logFailure(runner, () => runner.hooks.fire.onException(runner, error, origin))
    await logFailure(runner, () => runner.hooks.fire.afterRun(runner))
    throw error
  }
  await runner.hooks.fire.afterRun(runner)
  return result
}

/** For hooks whose failure must not hide another one. */
export async function logFailure({ logger }: Runner, fire: () => HookResult): Promise<void> {
  try {
    await fire()
  } catch (error) {
    logger.error(reasonOf(error))
  }
}
