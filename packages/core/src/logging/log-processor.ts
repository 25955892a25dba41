import * as v from 'valibot'
import type { Mode } from '../hook/points.js'
import { checkOptions } from '../registry/check-options.js'
import type { Runner } from '../runner/runner.js'
import { collectFacts, collectScalars, type WindowedLogConfig, withoutMode } from './log-values.js'
import { formatDuration, formatExponent, formatFixed } from './number-format.js'
import { logText } from './plain-text.js'

/** A further entry of log lines and rows. */
export interface CustomLogConfig {
  /** Key of the scalar without its mode, such as `loss`. */
  readonly dataSrc: string
  /** Default `dataSrc`, whose entry is then replaced. */
  readonly logName?: string
  /** A registered statistic: `mean`, `min`, `max`, `current`, or one of your own. */
  readonly methodName: string
  /** A number of values, `epoch` or `global`. */
  readonly windowSize?: number | 'epoch' | 'global'
}

/** Options of {@link LogProcessor}. */
export interface LogProcessorOptions {
  /** Values that the smoothed statistics look at. Default 10. */
  readonly windowSize?: number
  /** Counts epochs (true) or iterations. Default true. */
  readonly byEpoch?: boolean
  /** How single values are smoothed. Default none. */
  readonly customCfg?: readonly CustomLogConfig[]
  /** Digits after the point. Default 4. */
  readonly numDigits?: number
  /** Keeps the mode in names: `train/loss`. Default false. */
  readonly logWithHierarchy?: boolean
  /** Names that match show their mean over the window. Default `.*(loss|time|data_time|grad_norm).*`. */
  readonly meanPattern?: string
}

/** A finished log entry. */
export interface LogEntry {
  /** Values by name, for rows. */
  readonly tag: Record<string, unknown>
  /** The line, without time and level. */
  readonly line: string
}

const countMessage = 'must be a whole number above 0, such as 10'
const count = v.pipe(v.number(countMessage), v.integer(countMessage), v.minValue(1, countMessage))
const digitsMessage = 'must be a whole number from 0, such as 4'
const digits = v.pipe(v.number(digitsMessage), v.integer(digitsMessage), v.minValue(0, digitsMessage))
const windowMessage = "must be a whole number, 'epoch' or 'global'"

/** Options of a {@link LogProcessor}. */
export const logProcessorSchema = v.pipe(
  v.strictObject({
    windowSize: v.optional(count),
    byEpoch: v.optional(v.boolean('must be true or false')),
    customCfg: v.optional(
      v.array(
        v.looseObject({
          dataSrc: v.string("must be the name of a scalar, such as 'loss'"),
          logName: v.optional(v.string('must be a name')),
          methodName: v.string("must be the name of a statistic, such as 'mean'"),
          windowSize: v.optional(v.union([count, v.picklist(['epoch', 'global'])], windowMessage)),
        }),
        'must be a list of entries',
      ),
    ),
    numDigits: v.optional(digits),
    logWithHierarchy: v.optional(v.boolean('must be true or false')),
    meanPattern: v.optional(v.string('must be a regular expression')),
  }),
  v.check(({ customCfg = [] }) => {
    const names = customCfg.map(({ dataSrc, logName = dataSrc }) => logName)
    return new Set(names).size === names.length
  }, 'two entries of customCfg have the same logName; names must differ'),
  v.check(
    ({ byEpoch = true, customCfg = [] }) =>
      byEpoch || customCfg.every(({ windowSize }) => windowSize !== 'epoch'),
    "an entry of customCfg has windowSize 'epoch', which needs byEpoch; use 'global' or a number",
  ),
)

const times: readonly string[] = ['time', 'data_time']

/** Turns what is in the message hub into MMEngine's log lines and rows. */
export class LogProcessor {
  readonly #options: Required<LogProcessorOptions>
  readonly #isSmoothed: RegExp

  /** @throws `HL_CONFIG` for wrong options */
  constructor(readonly options: LogProcessorOptions = {}) {
    checkOptions('logProcessor', logProcessorSchema, options)
    this.#options = {
      windowSize: options.windowSize ?? 10,
      byEpoch: options.byEpoch ?? true,
      customCfg: options.customCfg ?? [],
      numDigits: options.numDigits ?? 4,
      logWithHierarchy: options.logWithHierarchy ?? false,
      meanPattern: options.meanPattern ?? '.*(loss|time|data_time|grad_norm).*',
    }
    this.#isSmoothed = new RegExp(this.#options.meanPattern)
  }

  /** The entry after a batch. Call `messageHub.settle()` before. */
  afterIter(runner: Runner, batchIdx: number, mode: Mode): LogEntry {
    const { byEpoch, logWithHierarchy } = this.#options
    const custom = this.#windows(runner, batchIdx)
    const { windowSize } = this.#options
    const collect = (logWithHierarchy: boolean) =>
      collectScalars(runner.messageHub, mode, { windowSize, logWithHierarchy }, this.#isSmoothed, custom)
    const shown = collect(false)
    const line = `${this.#place(runner, batchIdx, mode)}  ${this.#rates(shown)}  ${this.#pace(runner, shown)}${this.#rest(shown, mode)}`
    const tag = logWithHierarchy ? collect(true) : shown
    if (byEpoch && mode !== 'test') tag.epoch = epochOf(runner, mode)
    if (mode === 'train') tag.iter = runner.iter + 1
    return { tag, line }
  }

  /** The entry at the end of a validation or test; a validation's tag holds single values only. @param batchCount batches of it */
  afterEpoch(runner: Runner, batchCount: number, mode: 'val' | 'test'): LogEntry {
    const { byEpoch, customCfg, logWithHierarchy } = this.#options
    const named = new Set(customCfg.map(({ dataSrc }) => withoutMode(dataSrc, mode)))
    // MMEngine counts one batch too many here, so that the newest value of the validation before counts, too.
    const custom = [
      ...this.#windows(runner, batchCount),
      ...times
        .filter((name) => !named.has(name))
        .map((name) => ({ dataSrc: name, methodName: 'mean', windowSize: batchCount + 1 })),
    ]
    const values = collectScalars(runner.messageHub, mode, this.#options, this.#isSmoothed, custom)
    const isTime = (name: string) => times.some((time) => name === this.#nameOf(time, mode))
    const metrics = Object.entries(values).filter(([name]) => !isTime(name))
    const facts = Object.entries(collectFacts(runner.messageHub, mode, logWithHierarchy))
    const durations = Object.entries(values).filter(([name]) => isTime(name))
    const items = this.#items(metrics, facts, durations)
    const epoch = mode === 'val' && byEpoch ? `[${epochOf(runner, mode)}]` : ''
    const line = `${byEpoch ? 'Epoch' : 'Iter'}(${mode}) ${epoch}[${batchCount}/${batchCount}]    ${items.join('  ')}`
    const inTag = mode === 'test' ? facts : facts.filter(([, value]) => typeof value === 'boolean')
    return { tag: Object.fromEntries([...metrics, ...inTag, ...durations]), line }
  }

  #items(
    metrics: readonly [string, unknown][],
    facts: readonly [string, unknown][],
    durations: readonly [string, unknown][],
  ): string[] {
    const { numDigits } = this.#options
    const scalar = ([name, value]: readonly [string, unknown]) =>
      `${name}: ${formatFixed(Number(value), numDigits)}`
    return [
      ...metrics.map(scalar),
      ...facts.map(([name, value]) => `${name}: ${logText(value, numDigits)}`),
      ...durations.map(scalar),
    ]
  }

  /** `Epoch(train) [1][10/125]`: where the run is. */
  #place(runner: Runner, batchIdx: number, mode: Mode): string {
    const length = loaderLength(runner, mode)
    const aligned = (value: number, of: number) => String(value).padStart(String(of).length)
    if (!this.#options.byEpoch) {
      if (mode === 'train')
        return `Iter(train) [${aligned(runner.iter + 1, runner.maxIters)}/${runner.maxIters}]`
      return `Iter(${mode}) [${aligned(batchIdx + 1, length)}/${length}]`
    }
    const batch = `[${aligned(batchIdx + 1, length)}/${length}]`
    if (mode === 'test') return `Epoch(test) ${batch}`
    const epoch = `[${epochOf(runner, mode)}]`
    const width = runner.trainLoop === undefined ? 0 : String(runner.maxEpochs).length + 3
    return `Epoch(${mode})${epoch.padStart(width)}${batch}`
  }

  #rates(tag: Readonly<Record<string, unknown>>): string {
    let text = ''
    for (const name in tag) {
      if (!name.endsWith('lr')) continue
      const rate = formatExponent(Number(tag[name]), this.#options.numDigits)
      text += text === '' ? `${name}: ${rate}` : ` ${name}: ${rate}`
    }
    return text
  }

  #pace(runner: Runner, { time, data_time: dataTime }: Readonly<Record<string, unknown>>): string {
    const eta = runner.messageHub.getInfo('eta')
    if (typeof eta !== 'number' || typeof time !== 'number' || typeof dataTime !== 'number') return ''
    const text = (value: number) => formatFixed(value, this.#options.numDigits)
    return `eta: ${formatDuration(eta)}  time: ${text(time)}  data_time: ${text(dataTime)}  `
  }

  #rest(tag: Readonly<Record<string, unknown>>, mode: Mode): string {
    // While judging only losses that are known already are worth a place, as in MMEngine.
    let text = ''
    for (const name in tag) {
      if (times.includes(name) || name.endsWith('lr')) continue
      if (mode === 'test' || (mode === 'val' && !name.startsWith('val/loss'))) continue
      const value = formatFixed(Number(tag[name]), this.#options.numDigits)
      text += text === '' ? `${name}: ${value}` : `  ${name}: ${value}`
    }
    return text
  }

  #nameOf(name: string, mode: Mode): string {
    return this.#options.logWithHierarchy ? `${mode}/${name}` : name
  }

  #windows(runner: Runner, batchIdx: number): WindowedLogConfig[] {
    return this.#options.customCfg.map(({ windowSize, ...entry }) => {
      if (windowSize === undefined) return entry
      if (windowSize === 'epoch') return { ...entry, windowSize: batchIdx + 1 }
      return { ...entry, windowSize: windowSize === 'global' ? runner.iter + 1 : windowSize }
    })
  }
}

function epochOf(runner: Runner, mode: Mode): number {
  return mode === 'train' ? runner.epoch + 1 : runner.epoch
}

function loaderLength(runner: Runner, mode: Mode): number {
  const loader = { train: runner.trainDataLoader, val: runner.valDataLoader, test: runner.testDataLoader }[
    mode
  ]
  return loader?.length ?? 0
}
