import type { Mode } from '../hook/points.js'
import type { CustomLogConfig, LogProcessorOptions } from './log-processor.js'
import type { MessageHub } from './message-hub.js'

/** A custom entry with a window that is a number. */
export interface WindowedLogConfig extends CustomLogConfig {
  readonly windowSize?: number
}

/**
 * The scalars of a mode as a log line shows them, in the order in which they first came: smoothed where their
 * name matches, otherwise the newest value; then the custom entries.
 * @param options logWithHierarchy: names keep their mode, `train/loss`
 * @param isSmoothed which names show their mean over the window
 */
export function collectScalars(
  hub: MessageHub,
  mode: Mode,
  options: Required<Pick<LogProcessorOptions, 'windowSize' | 'logWithHierarchy'>>,
  isSmoothed: RegExp,
  custom: readonly WindowedLogConfig[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const prefix = options.logWithHierarchy ? `${mode}/` : ''
  for (const [key, history] of hub.scalars) {
    if (!key.startsWith(`${mode}/`)) continue
    const name = `${prefix}${key.slice(mode.length + 1)}`
    values[name] = isSmoothed.test(name) ? history.mean(options.windowSize) : history.current()
  }
  for (const { dataSrc, logName, methodName, windowSize } of custom) {
    const source = withoutMode(dataSrc, mode)
    const history = hub.scalars.get(`${mode}/${source}`)
    if (history !== undefined)
      values[`${prefix}${logName ?? source}`] = history.statistic(methodName, windowSize)
  }
  return values
}

/** `train/loss` of the mode `train` is `loss`. */
export function withoutMode(name: string, mode: Mode): string {
  return name.startsWith(`${mode}/`) ? name.slice(mode.length + 1) : name
}

/** Facts of a mode that are no scalars, such as lists of names. */
export function collectFacts(
  hub: MessageHub,
  mode: Mode,
  logWithHierarchy: boolean,
): Record<string, unknown> {
  const facts: Record<string, unknown> = {}
  for (const [key, value] of hub.info) {
    if (key.startsWith(`${mode}/`)) facts[logWithHierarchy ? key : key.slice(mode.length + 1)] = value
  }
  return facts
}
