import type { StepsPerCall } from '@hookloop/core'

/** What is known of a graph of single steps. */
export interface TimedStep {
  readonly loadMs: number
  /** Of its runs, in milliseconds. */
  readonly fastestMs: number
  readonly numRuns: number
}

/** Steps per call where the user leaves the choice. */
const usual = 8
/** Runs before their time is believed. */
const enoughRuns = 10
/** What a step gains at least in a call of eight, as a part of its time, when it is fast; measured with dense nets. */
const gain = 0.15
/** Slower steps, in milliseconds, gain too little: what a call costs beside its steps is a few tenths. */
const slow = 4

/**
 * How many steps run as one call: as many as the user says. With `'auto'` eight, where steps are fast and so many are left that
 * loading a graph of eight pays.
 * @param itersLeft steps that are still to be made
 * @returns undefined as long as that is not known
 */
export function callSize(asked: StepsPerCall, step: TimedStep, itersLeft: number): number | undefined {
  if (asked !== 'auto') return asked
  if (step.numRuns < enoughRuns) return undefined
  const savedMs = gain * step.fastestMs * itersLeft
  return step.fastestMs < slow && savedMs > usual * step.loadMs ? usual : 1
}

export function largestCallSize(asked: StepsPerCall): number {
  return asked === 'auto' ? usual : asked
}
