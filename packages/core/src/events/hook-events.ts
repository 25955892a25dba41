import type { HookResult } from '../hook/hook.js'
import type { Runner } from '../runner/runner.js'

/**
 * Events that packages add to a run, by declaration merging; the value is the tuple of arguments that
 * follow the runner.
 *
 * ```ts
 * declare module '@hookloop/core' {
 *   interface HookEvents { weightsSwapped: [averaged: boolean] }
 * }
 * await runner.emit('weightsSwapped', true)
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: made to be augmented by packages
export interface HookEvents {}

/** The arguments of an event after the runner. */
export type EventArguments<Name extends keyof HookEvents> = Extract<HookEvents[Name], readonly unknown[]>

/** What listens to one event. */
export type EventListener<Name extends keyof HookEvents> = (
  runner: Runner,
  ...args: EventArguments<Name>
) => HookResult

/** Listeners by event name. */
export type EventListeners = { [Name in keyof HookEvents]?: EventListener<Name> }
