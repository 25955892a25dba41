import type { StepsPerCall } from '@hookloop/core'

/** What is known of a graph of single steps. */
export interface TimedStep {
  /** What it took until the first step was there, in milliseconds. */
  readonly startMs: number
  /** Of its runs, in milliseconds. */
  readonly fastestMs: number
  readonly numRuns: number
}

/** Steps per call where the user leaves the choice. */
const usual = 8
/** Runs before their time is believed. */
const enoughRuns = 10
/** What a call costs beside its steps, in milliseconds; measured with a net of nine weights. */
const callMs = 0.1
/** Steps that take longer, in milliseconds, gain too little of it for a graph that is eight times as large. */
const slow = 1

/**
 * How many steps run as one call: as many as the user says. With `'auto'` eight, where steps are fast and so many are left that
 * loading a graph of eight pays.
 * @param itersLeft steps that are still to be made
 * @returns undefined as long as that is not known
 */
export function callSize(asked: StepsPerCall, step: TimedStep, itersLeft: number): number | undefined {
  if (asked !== 'auto') return asked
  if (step.numRuns < enoughRuns) return undefined
  return step.fastestMs < slow && callMs * itersLeft > usual * step.startMs ? usual : 1
}

export function largestCallSize(asked: StepsPerCall): number {
  return asked === 'auto' ? usual : asked
}
