import { type Count, type CountText, durationForms, parseDurationText } from '@hookloop/core'
import * as v from 'valibot'

/** What every scheduler can be told. */
export interface ScheduleOptions {
  /** First epoch or iteration at which it acts; also as `'500it'`, `'3ep'` or `'10%'`, whatever it counts. Default 0. */
  readonly begin?: Count
  /** First one at which it no longer acts, in the same ways. Default: the length of the run, where that is known. */
  readonly end?: Count
  /** Counts epochs (true) or iterations. Default true. */
  readonly byEpoch?: boolean
  /** Counts iterations, although begin, end and the like are given in epochs. Default false. */
  readonly convertToIterBased?: boolean
  /** The step after which it goes on; needs `initialLr` or `initialMomentum` in every group. Default -1. */
  readonly lastStep?: number
}

export function numberFrom(least: number, example: number) {
  const message = `must be a number from ${least}, such as ${example}`
  return v.pipe(v.number(message), v.finite(message), v.minValue(least, message))
}

export function wholeFrom(least: number, example: number) {
  const message = `must be a whole number from ${least}, such as ${example}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message))
}

/** A factor that may not be negative or above 1. */
export function share(example: number) {
  const message = `must be a number between 0 and 1, such as ${example}`
  return v.pipe(v.number(message), v.minValue(0, message), v.maxValue(1, message))
}

export const anyNumber = v.pipe(v.number('must be a number'), v.finite('must be a finite number'))

const units = ['ep', 'it', '%'] as const

function placeFrom(least: number, example: number) {
  const message = `must be a whole number from ${least}, such as ${example}, or a text such as ${durationForms(units)}`
  const isText = (value: unknown) => (parseDurationText(value, units)?.count ?? 0) > 0
  return v.union(
    [
      v.pipe(v.number(message), v.integer(message), v.minValue(least, message)),
      v.custom<CountText>(isText, message),
    ],
    message,
  )
}

/** Entries of every scheduler's schema. */
export const scheduleEntries = {
  begin: v.optional(placeFrom(0, 5)),
  end: v.optional(placeFrom(1, 100)),
  byEpoch: v.optional(v.boolean('must be true or false')),
  convertToIterBased: v.optional(v.boolean('must be true or false')),
  lastStep: v.optional(wholeFrom(-1, 10)),
}

/** Lowest value of schedulers that go down to one: as it is, or as a share of the initial value. */
export interface EtaMinOptions {
  readonly etaMin?: number
  readonly etaMinRatio?: number
}

export const etaMinEntries = { etaMin: v.optional(anyNumber), etaMinRatio: v.optional(anyNumber) }

/** The lowest value of a group whose initial value is `base`. */
export function etaOf({ etaMin = 0, etaMinRatio }: EtaMinOptions, base: number): number {
  return etaMinRatio === undefined ? etaMin : base * etaMinRatio
}
