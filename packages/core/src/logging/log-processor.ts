import type { Mode } from '../hook/points.js'
import type { Runner } from '../runner/runner.js'

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
  readonly [argument: string]: unknown
}

export interface LogProcessorOptions {
  /** Values that the smoothed statistics look at. Default 10. */
  readonly windowSize?: number
  /** Counts epochs (true) or iterations. Default true. */
  readonly byEpoch?: boolean
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

/** Turns what is in the message hub into MMEngine's log lines and rows. */
export class LogProcessor {
  constructor(readonly options: LogProcessorOptions = {}) {}

  /** The entry after a batch. Call `messageHub.settle()` before. */
  afterIter(_runner: Runner, _batchIdx: number, _mode: Mode): LogEntry {
    throw new Error('not written yet')
  }

  /** The entry at the end of a validation or test. */
  afterEpoch(_runner: Runner, _batchCount: number, _mode: 'val' | 'test'): LogEntry {
    throw new Error('not written yet')
  }
}
