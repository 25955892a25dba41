import {
  checkOptions,
  type DataBatch,
  everyNInnerIters,
  Hook,
  Interval,
  loopRegistry,
  type Metrics,
  nextOfEveryN,
  parseDurationText,
  type Runner,
  reasonOf,
  writeFile,
} from '@hookloop/core'
import { openTerminal } from '#terminal'
import { checkOutDir, copyLogs } from './copy-logs.js'
import { HookTime, hookTimeText } from './hook-time.js'
import { LiveProgress } from './live-progress.js'
import { type LoggerHookOptions, loggerHookSchema } from './options.js'
import { plainJson } from './plain-json.js'
import { summaryLines } from './summary.js'
import type { Terminal } from './terminal.js'

/** Writes log lines, rows of scalars, a live line on a terminal and a summary at the end. */
export class LoggerHook extends Hook {
  override readonly priority = 'BELOW_NORMAL'
  readonly options: LoggerHookOptions
  /** In batches of an epoch; where it counts the whole training, `#ofTraining` does so. */
  readonly #interval: number
  readonly #ofTraining: Interval | undefined
  readonly #expNameInterval: Interval
  readonly #ignoreLast: boolean
  #terminal: Terminal | undefined
  #progress: LiveProgress | undefined
  #hookTime: HookTime | undefined
  #stopObserving: (() => void) | undefined
  #hasTrained = false
  // Where the run began with a complaint about `outDir`, its end does not need another one.
  #mayCopy = true
  readonly #moved = new Set<string>()
  #error: unknown

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: LoggerHookOptions = {}) {
    super()
    checkOptions('LoggerHook', loggerHookSchema, options)
    this.options = options
    const { interval = 10, intervalExpName = 1000 } = options
    if (typeof interval === 'string') this.#ofTraining = new Interval(interval, 'it')
    this.#interval =
      typeof interval === 'number' ? interval : (parseDurationText(interval, ['it'])?.count ?? 10)
    this.#expNameInterval = new Interval(intervalExpName, 'it')
    this.#ignoreLast = options.ignoreLast ?? true
  }

  override async beforeRun(runner: Runner): Promise<void> {
    this.#hasTrained = false
    this.#error = undefined
    this.#mayCopy = false
    if (this.options.outDir !== undefined) await checkOutDir(runner, this.options.outDir)
    this.#mayCopy = true
    this.#openTerminal(runner)
  }

  override beforeTrain(runner: Runner): void {
    this.#hasTrained = true
    if (countsOtherwise(runner)) runner.logger.warn(iterationsHint)
    if (this.#terminal !== undefined) this.#progress = new LiveProgress(runner, this.#terminal)
    if (this.options.showHookTime === true) this.#observe(runner)
  }

  override afterTrainIter(runner: Runner, batchIdx: number, _dataBatch: DataBatch): void | Promise<void> {
    this.#progress?.afterIteration(batchIdx)
    const length = runner.trainDataLoader?.length
    const isLast = batchIdx + 1 === length
    if (isLast || this.#expNameInterval.endsWithIter(runner)) {
      runner.logger.info(`Exp name: ${runner.experimentName}`)
    }
    if (this.#isDue(runner, batchIdx, isLast) || (isLast && !this.#ignoreLast)) {
      return this.#logTraining(runner, batchIdx)
    }
  }

  #isDue(runner: Runner, batchIdx: number, isLast: boolean): boolean {
    const interval = this.#ofTraining
    if (interval !== undefined)
      return interval.endsWithIter(runner) || (isLast && interval.endsWithEpoch(runner))
    // An epoch that is shorter than the interval has its line at its end.
    return everyNInnerIters(batchIdx, this.#interval) || (isLast && batchIdx < this.#interval)
  }

  override nextNeed(runner: Runner, batchIdx: number): number {
    const toLast = (runner.trainDataLoader?.length ?? 0) - batchIdx
    return Math.min(
      this.#ofTraining?.nextNeed(runner) ?? nextOfEveryN(batchIdx, this.#interval),
      this.#expNameInterval.nextNeed(runner),
      toLast > 0 ? toLast : Number.POSITIVE_INFINITY,
    )
  }

  override afterValIter(runner: Runner, batchIdx: number): void | Promise<void> {
    if (everyNInnerIters(batchIdx, this.#interval)) return this.#logBatch(runner, batchIdx, 'val')
  }

  override afterTestIter(runner: Runner, batchIdx: number): void | Promise<void> {
    if (everyNInnerIters(batchIdx, this.#interval)) return this.#logBatch(runner, batchIdx, 'test')
  }

  override async afterValEpoch(runner: Runner, _metrics: Metrics): Promise<void> {
    await runner.messageHub.settle()
    const { tag, line } = runner.logProcessor.afterEpoch(runner, runner.valDataLoader?.length ?? 0, 'val')
    runner.logger.info(line)
    const byEpoch = this.options.logMetricByEpoch ?? true
    addRow(runner, tag, byEpoch ? runner.epoch : runner.iter)
    await flushVisualizer(runner)
  }

  override async afterTestEpoch(runner: Runner, _metrics: Metrics): Promise<void> {
    await runner.messageHub.settle()
    const { tag, line } = runner.logProcessor.afterEpoch(runner, runner.testDataLoader?.length ?? 0, 'test')
    runner.logger.info(line)
    const path = runner.storage.join(runner.logDir, `${runner.timestamp}.json`)
    await writeFile(runner.storage, path, plainJson(tag))
  }

  override async beforeSaveCheckpoint(runner: Runner): Promise<void> {
    await flushVisualizer(runner)
  }

  override onException(_runner: Runner, error: unknown): void {
    this.#error = error
    this.#progress = undefined
  }

  override async afterRun(runner: Runner): Promise<void> {
    this.#closeTerminal(runner)
    this.#stopObserving?.()
    // What a fast dev run has written is gone with it.
    const isKept = (runner.options.fastDevRun ?? false) === false
    if (this.#hasTrained && isKept && this.options.summary !== false) {
      const last = await runner.findLastCheckpoint()
      runner.logger.info(summaryLines(runner, this.#error, last).join('\n'))
    }
    await flushVisualizer(runner)
    const { outDir, outSuffix = ['.json', '.log', '.py', 'yaml'], keepLocal = true } = this.options
    if (outDir === undefined || !this.#mayCopy) return
    await runner.logger.flush()
    const suffixes = typeof outSuffix === 'string' ? [outSuffix] : outSuffix
    await copyLogs(runner, outDir, suffixes, keepLocal, this.#moved)
  }

  async #logTraining(runner: Runner, batchIdx: number): Promise<void> {
    await runner.messageHub.settle()
    const { tag, line } = runner.logProcessor.afterIter(runner, batchIdx, 'train')
    this.#progress?.noteLoss(tag.loss)
    runner.logger.info(`${line}${this.#hookTimeAfter(line)}`)
    addRow(runner, tag, runner.iter + 1)
  }

  async #logBatch(runner: Runner, batchIdx: number, mode: 'val' | 'test'): Promise<void> {
    await runner.messageHub.settle()
    runner.logger.info(runner.logProcessor.afterIter(runner, batchIdx, mode).line)
  }

  #observe(runner: Runner): void {
    this.#stopObserving?.()
    this.#hookTime = new HookTime()
    this.#stopObserving = runner.hooks.observe(this.#hookTime)
  }

  /** What `showHookTime` adds to a line; nothing without it. */
  #hookTimeAfter(line: string): string {
    const share = this.#hookTime?.take()
    if (share === undefined) return ''
    const text = hookTimeText(share)
    return line.endsWith('  ') ? text : `  ${text}`
  }

  #openTerminal({ logger, consoleSink }: Runner): void {
    const { progress = 'auto' } = this.options
    if (progress === false || consoleSink === undefined) return
    this.#terminal = openTerminal(logger.name, progress === true)
    if (this.#terminal !== undefined) logger.replaceSink(consoleSink, this.#terminal)
  }

  #closeTerminal({ logger, consoleSink }: Runner): void {
    const terminal = this.#terminal
    this.#terminal = undefined
    this.#progress = undefined
    if (terminal === undefined) return
    terminal.close()
    if (consoleSink !== undefined) logger.replaceSink(terminal, consoleSink)
  }
}

const iterationsHint =
  'training counts iterations, but its log lines count epochs, as in `Epoch(train) [1][10/4]`; ' +
  'set `logProcessor: { byEpoch: false }` in the options of the Runner'

function countsOtherwise({ trainLoop, logProcessor }: Runner): boolean {
  if (trainLoop === undefined || logProcessor.options.byEpoch === false) return false
  return loopRegistry.of(trainLoop)?.type === 'IterBasedTrainLoop'
}

/** Analysis scripts of OpenMMLab look for the rows in a file that is named after the run. */
function addRow(
  { visualizer, timestamp }: Runner,
  tag: Readonly<Record<string, unknown>>,
  step: number,
): void {
  visualizer.addScalars(tag, step, `${timestamp}.json`)
}

/** What cannot be shown or kept, on a full disk for instance, is told and does not end the run. */
async function flushVisualizer({ visualizer, logger }: Runner): Promise<void> {
  await visualizer.flush().catch((error: unknown) => logger.error(reasonOf(error)))
}
