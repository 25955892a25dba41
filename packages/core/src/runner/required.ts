import { HookloopError } from '../errors/hookloop-error.js'

/** A part of a run. @throws `HL_RUNNER_STATE` where it is not there yet */
export function required<Part>(part: Part | undefined, name: string): Part {
  if (part !== undefined) return part
  throw new HookloopError(
    'HL_RUNNER_STATE',
    `runner.${name} is there only once a run has begun, from beforeRun on`,
  )
}
