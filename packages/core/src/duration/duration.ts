import { ConfigError } from '../errors/config-error.js'

/** Epochs, iterations, or a share of the whole run: `'3ep'`, `'0.5ep'`, `'500it'`, `'10%'`. */
export type CountText = `${number}${'ep' | 'it' | '%'}`

/** A time of up to four parts, the greatest first: `'90s'`, `'30min'`, `'1.5h'`, `'1d12h'`, `'1h30min'`. */
export type TimeText =
  | `${number}${'s' | 'min' | 'h' | 'd'}`
  | `${number}min${number}s`
  | `${number}h${number}${'s' | 'min'}`
  | `${number}h${number}min${number}s`
  | `${number}d${number}${'s' | 'min' | 'h'}`
  | `${number}d${number}h${number}${'s' | 'min'}`
  | `${number}d${number}h${number}min${number}s`

/** A number, whose unit the option says, or a text that says it itself; not a time. */
export type Count = number | CountText

/** A length of training: a number, whose unit the option says, or a text that says it itself. */
export type Duration = number | CountText | TimeText

/** What a duration counts: epochs, iterations, percents of the run, seconds. */
export type DurationUnit = 'ep' | 'it' | '%' | 's'

/** A duration, taken apart. */
export interface ParsedDuration {
  readonly count: number
  readonly unit: DurationUnit
}

const number = '(\\d+(?:\\.\\d+)?)'
const countForm = new RegExp(`^${number}(ep|it|%)$`)
const timeForm = new RegExp(`^(?=\\d)(?:${number}d)?(?:${number}h)?(?:${number}min)?(?:${number}s)?$`)

const allUnits = ['ep', 'it', '%', 's'] as const satisfies readonly DurationUnit[]

/** How texts of these units are written, for messages. */
export function durationForms(units: readonly DurationUnit[] = allUnits): string {
  const forms = {
    ep: "'3ep' (epochs)",
    it: "'500it' (iterations)",
    '%': "'10%' (of the run)",
    s: "'90s', '30min', '2h', '1d12h'",
  }
  return units.map((unit) => forms[unit]).join(', ')
}

/** Takes a text apart; undefined for what is none, or none of these units. */
export function parseDurationText(
  value: unknown,
  units: readonly DurationUnit[] = allUnits,
): ParsedDuration | undefined {
  const parsed = typeof value === 'string' ? (parseCount(value) ?? parseTime(value)) : undefined
  return parsed !== undefined && units.includes(parsed.unit) ? parsed : undefined
}

function parseCount(text: string): ParsedDuration | undefined {
  const [, digits, unit] = countForm.exec(text) ?? []
  const count = Number(digits)
  if (unit === 'it') return Number.isSafeInteger(count) ? { count, unit } : undefined
  return unit === 'ep' || unit === '%' ? { count, unit } : undefined
}

function parseTime(text: string): ParsedDuration | undefined {
  const found = timeForm.exec(text)
  if (found === null) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0))
  return { count: ((days * 24 + hours) * 60 + minutes) * 60 + seconds, unit: 's' }
}

/**
 * Takes a duration apart.
 * @param unit what plain numbers count
 * @param units which units texts may have; default all
 * @param path the option, for messages
 * @throws `HL_CONFIG` for anything else, with the forms that are allowed
 */
export function parseDuration(
  value: unknown,
  unit: DurationUnit = 'it',
  units: readonly DurationUnit[] = allUnits,
  path = 'duration',
): ParsedDuration {
  const isNumber = typeof value === 'number' && Number.isFinite(value)
  const parsed = isNumber ? { count: value, unit } : parseDurationText(value, units)
  if (parsed !== undefined) return parsed
  const found = typeof value === 'string' ? `'${value}'` : String(value)
  const message = `is ${found}, but must be a number or a text such as ${durationForms(units)}`
  throw new ConfigError([{ path, code: 'HL_CONFIG_VALUE', message }])
}
