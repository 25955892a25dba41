import { checkOptions, Hook } from '@hookloop/core'
import { findClosure } from './named-closures.js'
import { type ClosureHookOptions, closureHookSchema } from './options.js'

/** Calls one function at one hook point. */
export class ClosureHook extends Hook {
  /** @throws `HL_CONFIG` for a point or a name that there is not, or an `fn` that is no function */
  constructor(options: ClosureHookOptions) {
    super()
    checkOptions('ClosureHook', closureHookSchema, options)
    const { point, fn } = options
    // The other points are not implemented at all, so that they cost nothing.
    Object.assign(this, { [point]: typeof fn === 'function' ? fn : findClosure(fn) })
  }
}
