import {
  type Checkpoint,
  type CheckpointParts,
  captureCheckpoint,
  checkOptions,
  type ExceptionOrigin,
  Hook,
  type HookResult,
  Interval,
  isLastTrainEpoch,
  isLastTrainIter,
  type LoopPosition,
  type Metrics,
  parseDurationText,
  type Runner,
  type StateTree,
} from '@hookloop/core'
import { CheckpointFolder } from './checkpoint-folder.js'
import { CheckpointSaver } from './checkpoint-saver.js'
import { completeCheckpoint, partsOfValidation } from './complete-checkpoint.js'
import { FileNames, fileNameOf } from './file-names.js'
import { textIn } from './hub-facts.js'
import { type CheckpointHookOptions, checkpointHookSchema, listOf, listsOf } from './options.js'
import { publishCopy } from './published-copy.js'
import { ReplacedFiles } from './replaced-files.js'
import { scoreOf, WatchedMetrics } from './watched-metrics.js'

/** A regular checkpoint of this run. */
interface RegularCheckpoint {
  readonly path: string
  readonly position: LoopPosition
  /** False while a validation is not over that will change what the file must hold. */
  readonly isComplete: boolean
  /** What hooks added for a save that waits until that validation is over. */
  readonly waiting?: Checkpoint
}

/** Saves regular checkpoints, the best ones by metric, and everything when a run is interrupted. */
export class CheckpointHook extends Hook {
  override readonly priority = 'VERY_LOW'
  // A point that the options do not need is not implemented at all, so that it costs nothing.
  override readonly afterTrainEpoch?: (runner: Runner) => HookResult
  override readonly afterTrainIter?: (runner: Runner) => HookResult
  override readonly afterValEpoch?: (runner: Runner, metrics: Metrics) => HookResult

  readonly #options: CheckpointHookOptions
  readonly #interval: Interval
  /** Files count epochs; a text of epochs counts iterations where a run has none. */
  #byEpoch: boolean
  readonly #watched: WatchedMetrics | undefined
  #restored = new ReplacedFiles()
  /** There while training lasts. */
  #saver: CheckpointSaver | undefined
  /** The newest position that a complete file holds, or at which there was nothing to save yet. */
  #covered: LoopPosition | undefined
  #newestRegular: RegularCheckpoint | undefined
  /** Where this run began. */
  #start: LoopPosition = { epoch: 0, iter: 0, batchInEpoch: 0, validationDue: false }

  /** @throws `HL_CONFIG` that lists every mistake */
  constructor(options: CheckpointHookOptions = {}) {
    super()
    checkOptions('CheckpointHook', checkpointHookSchema, options)
    const { saveBest, rule, interval = -1, byEpoch = true, saveBegin } = options
    const { unit } = parseDurationText(interval) ?? { unit: byEpoch ? 'ep' : 'it' }
    this.#options = options
    this.#byEpoch = unit === 'ep'
    this.#interval = new Interval(interval, this.#byEpoch ? 'ep' : 'it', saveBegin)
    if (this.#byEpoch) this.afterTrainEpoch = (runner) => this.#afterEpoch(runner)
    if (!this.#byEpoch || typeof interval === 'string')
      this.afterTrainIter = (runner) => this.#afterIter(runner)
    if (saveBest === undefined) return
    this.#watched = new WatchedMetrics(listOf(saveBest), rule, listsOf(options))
    this.afterValEpoch = (runner, metrics) => this.#keepBest(runner, metrics)
  }

  override async beforeTrain(runner: Runner): Promise<void> {
    const { storage, workDir, dist, trainLoop } = runner
    const { outDir, maxKeepCkpts = -1, filenameTmpl } = this.#options
    this.#byEpoch = this.#interval.unitIn(runner) === 'ep'
    const unit = this.#byEpoch ? 'epoch' : 'iter'
    const names = new FileNames(filenameTmpl ?? `${unit}_{}.safetensors`, unit)
    const path = outDir === undefined ? workDir : storage.absolute(storage.join(outDir, fileNameOf(workDir)))
    const folder = new CheckpointFolder({ storage, path, workDir, isWriter: dist.rank === 0 })
    await folder.make()
    const saver = new CheckpointSaver(runner, folder, names, maxKeepCkpts)
    saver.replaced = this.#restored
    await saver.relocate(['last_ckpt', ...(this.#watched?.fileKeys ?? [])])
    saver.trimKept()
    await saver.sweep()
    this.#saver = saver
    this.#covered = trainLoop?.position()
    this.#start = this.#covered ?? this.#start
    this.#newestRegular = undefined
  }

  override nextNeed(runner: Runner): number {
    if (this.#byEpoch) return Number.POSITIVE_INFINITY
    return Math.min(this.#interval.nextNeed(runner), runner.maxIters - runner.iter)
  }

  override async afterVal(runner: Runner): Promise<void> {
    if (this.#saver !== undefined) await this.#completeNewest(runner)
  }

  override async afterTrain(runner: Runner): Promise<void> {
    await this.#saveWhereStopped(runner)
    await this.#publish(runner)
    this.#endTraining()
  }

  override async onException(runner: Runner, _error: unknown, origin: ExceptionOrigin): Promise<void> {
    const position = runner.trainLoop?.position()
    if (origin !== 'train' || this.#saver === undefined || position === undefined) return
    try {
      if (isSamePosition(position, this.#covered)) return
      const name = await this.#saver.saveInterrupted(position.iter)
      runner.logger.info(
        `All that was trained is saved to ${name}; with resume: true training goes on there.`,
      )
    } finally {
      this.#endTraining()
    }
  }

  override stateDict(): StateTree {
    const replaced = this.#saver?.replaced ?? this.#restored
    return { ...replaced.stateDict(), chosenMetric: this.#watched?.chosen }
  }

  override loadStateDict(state: StateTree): void {
    this.#restored = ReplacedFiles.fromState(state)
    if (this.#watched !== undefined && typeof state.chosenMetric === 'string')
      this.#watched.chosen = state.chosenMetric
  }

  #endTraining(): void {
    this.#restored = this.#saver?.replaced ?? this.#restored
    this.#saver = undefined
  }

  #afterEpoch(runner: Runner): HookResult {
    const { saveLast = true } = this.#options
    if (!this.#byEpoch) return
    if (!this.#interval.endsWithEpoch(runner) && !(saveLast && isLastTrainEpoch(runner))) return
    runner.logger.info(`Saving checkpoint at ${runner.epoch + 1} epochs`)
    return this.#saveRegular(runner, runner.epoch + 1)
  }

  #afterIter(runner: Runner): HookResult {
    const { saveLast = true } = this.#options
    if (this.#byEpoch) return
    if (!this.#interval.endsWithIter(runner) && !(saveLast && isLastTrainIter(runner))) return
    runner.logger.info(`Saving checkpoint at ${runner.iter + 1} iterations`)
    return this.#saveRegular(runner, runner.iter + 1)
  }

  async #keepBest(runner: Runner, metrics: Metrics): Promise<void> {
    const saver = this.#saver
    if (saver === undefined || this.#watched === undefined) return
    if (Object.keys(metrics).length === 0) {
      runner.logger.warn('saveBest finds nothing to compare: the validation gave no metrics')
      return
    }
    const isInEpoch = this.#isInEpoch(runner)
    const [count, unit] =
      this.#byEpoch && !isInEpoch ? ([runner.epoch, 'epoch'] as const) : ([runner.iter, 'iter'] as const)
    const found = await Promise.all(
      this.#watched
        .in(metrics)
        .map(async (watched) => ({ watched, score: await scoreOf(metrics, watched.metric) })),
    )
    let isBetter = false
    for (const { watched, score } of found) {
      if (score !== undefined && (await saver.saveBest(watched, score, count, unit))) isBetter = true
    }
    // What a file of an epoch holds is its end; the next one will know of the new best, and the former stays until then.
    if (isInEpoch) return
    // The file to resume from must know the new best; where there is none yet, the best file stands alone.
    if (isBetter && runner.messageHub.info.has('last_ckpt')) await this.#saveNewBest(runner, count)
    else await saver.sweep()
  }

  async #saveRegular(runner: Runner, count: number): Promise<void> {
    const position = runner.trainLoop?.position()
    if (this.#saver === undefined || position === undefined) return
    const path = await this.#saver.saveRegular(count, this.#parts)
    this.#newestRegular = { path, position, isComplete: !position.validationDue }
    this.#noteCovered(position)
  }

  /**
   * Hooks that come later have not seen the metrics yet. So a file that was saved just before the validation is left
   * alone until that is over, and one that is written now becomes the one to resume from only then.
   */
  async #saveNewBest(runner: Runner, count: number): Promise<void> {
    const position = runner.trainLoop?.position()
    const newest = this.#newestRegular
    if (this.#saver === undefined || position === undefined) return
    if (newest !== undefined && newest.path === this.#saver.pathOf(count)) {
      await runner.messageHub.settle()
      const waiting = captureCheckpoint(runner, this.#parts)
      await runner.hooks.fire.beforeSaveCheckpoint(runner, waiting)
      this.#newestRegular = { ...newest, isComplete: false, waiting }
      await this.#saver.sweep()
    } else {
      const path = await this.#saver.saveInValidation(count, this.#parts)
      this.#newestRegular = { path, position, isComplete: false }
    }
  }

  get #parts(): Required<Pick<CheckpointParts, 'saveOptimizer' | 'saveParamScheduler'>> {
    const { saveOptimizer = true, saveParamScheduler = true } = this.#options
    return { saveOptimizer, saveParamScheduler }
  }

  #noteCovered(position: LoopPosition): void {
    const { saveOptimizer, saveParamScheduler } = this.#parts
    if (saveOptimizer && saveParamScheduler) this.#covered = position
  }

  /** Training that was stopped early ends between two intervals; one that was interrupted may end right after. */
  async #saveWhereStopped(runner: Runner): Promise<void> {
    const { saveLast = true } = this.#options
    const { position } = this.#newestRegular ?? { position: this.#start }
    // What a run resumes from may lack the validation that this run has made up for.
    const isSaved =
      runner.iter <= position.iter &&
      this.#saver?.replaced.interrupted === undefined &&
      (position !== this.#start || !position.validationDue)
    if (!saveLast || isSaved) return
    // A time that was up, or a maximum of iterations, falls in the middle of an epoch.
    if (this.#byEpoch && runner.trainLoop?.position().batchInEpoch !== 0)
      await this.#saver?.saveInEpoch(runner.iter, this.#parts)
    else await this.#saveRegular(runner, this.#byEpoch ? runner.epoch : runner.iter)
  }

  /** Files count epochs, and the run is in the middle of one. */
  #isInEpoch({ trainLoop }: Runner): boolean {
    return this.#byEpoch && trainLoop?.hasEpochs !== false && trainLoop?.position().batchInEpoch !== 0
  }

  /**
   * A file that was saved just before a validation says that it is due, and one that was saved in its course lacks
   * what came after. Once the validation is over, the file gets what it changed (histories, schedulers, states of hooks), so that a resumed run need not validate again.
   */
  async #completeNewest(runner: Runner): Promise<void> {
    const { storage, dist, trainLoop, messageHub, logger } = runner
    const newest = this.#newestRegular
    const position = trainLoop?.position()
    if (newest === undefined || position === undefined || newest.isComplete) return
    if (newest.position.iter !== position.iter) return
    // Without the optimizer nobody resumes there; a file of weights stays as it was saved.
    if (!this.#parts.saveOptimizer && newest.position.validationDue && newest.waiting === undefined) return
    try {
      await messageHub.settle()
      const newer = { ...newest.waiting, ...partsOfValidation(captureCheckpoint(runner, this.#parts)) }
      if (dist.rank === 0) await completeCheckpoint(storage, newest.path, newer)
      await this.#saver?.settle()
      this.#newestRegular = { path: newest.path, position, isComplete: true }
      this.#noteCovered(position)
    } catch (error) {
      // The file is whole and good to resume from as it is; only the validation would be done once more.
      logger.warn(`${newest.path} stays as it was before the validation: ${String(error)}`)
    }
  }

  async #publish({ storage, dist, messageHub, logger }: Runner): Promise<void> {
    const { publishedKeys, saveLast = true } = this.#options
    if (publishedKeys === undefined || dist.rank !== 0) return
    const facts = [...(saveLast ? ['last_ckpt'] : []), ...(this.#watched?.fileKeys ?? [])]
    for (const fact of facts) {
      const path = textIn(messageHub, fact)
      if (path === undefined || !(await storage.exists(path))) continue
      const copy = await publishCopy(storage, path, listOf(publishedKeys))
      logger.info(`${fileNameOf(path)} is published as ${copy.path} without ${copy.dropped.join(', ')}`)
      if (copy.absent.length > 0)
        logger.warn(`publishedKeys names ${copy.absent.join(', ')}, which ${fileNameOf(path)} does not hold`)
    }
  }
}

function isSamePosition(a: LoopPosition, b: LoopPosition | undefined): boolean {
  return (
    a.epoch === b?.epoch &&
    a.iter === b.iter &&
    a.batchInEpoch === b.batchInEpoch &&
    a.validationDue === b.validationDue
  )
}
