import {
  checkOptions,
  type ExceptionOrigin,
  everyNEpochs,
  everyNTrainIters,
  formatFixed,
  Hook,
  HookloopError,
  isLastTrainEpoch,
  isLastTrainIter,
  type Metrics,
  type Runner,
  writeFile,
} from '@hookloop/core'
import { BestCheckpoints, type NewBest } from './best-checkpoints.js'
import { CheckpointPaths, nameOf } from './checkpoint-paths.js'
import { KeptCheckpoints } from './kept-checkpoints.js'
import { type CheckpointHookOptions, checkpointHookSchema } from './options.js'
import { publishCheckpoint } from './publish.js'

/** Saves checkpoints: regular ones, the best by metric, and one when a run is interrupted or fails. */
export class CheckpointHook extends Hook {
  override readonly priority = 'VERY_LOW'
  readonly options: CheckpointHookOptions
  readonly #byEpoch: boolean
  readonly #best: BestCheckpoints
  readonly #kept: KeptCheckpoints
  #paths: CheckpointPaths | undefined
  #lastSaved: string | undefined
  #savedIter = -1
  #interrupted: string | undefined

  /**
   * @throws `HL_CONFIG` that lists every mistake of the options
   * @throws `HL_CHECKPOINT_RULE` when the name of a metric in `saveBest` does not say what is better
   */
  constructor(options: CheckpointHookOptions = {}) {
    super()
    checkOptions('CheckpointHook', checkpointHookSchema, options)
    this.options = options
    this.#byEpoch = options.byEpoch ?? true
    this.#best = new BestCheckpoints(options)
    this.#kept = new KeptCheckpoints(options.maxKeepCkpts ?? -1)
  }

  override async beforeTrain(runner: Runner): Promise<void> {
    const { outDir, filenameTmpl = this.#byEpoch ? 'epoch_{}.safetensors' : 'iter_{}.safetensors' } =
      this.options
    this.#paths = new CheckpointPaths(runner.storage, runner.workDir, outDir, filenameTmpl)
    // What a resumed run starts with is saved already.
    this.#savedIter = runner.iter
    const { messageHub } = runner
    const ids = messageHub.getInfo('keep_ckpt_ids')
    const tooMany = Array.isArray(ids) ? this.#kept.restore(ids.map(Number)) : []
    for (const id of tooMany) await runner.storage.remove(this.#paths.regular(id))
    const interrupted = messageHub.getInfo('interrupted_ckpt')
    if (typeof interrupted === 'string') this.#interrupted = this.#paths.relocated(interrupted)
  }

  override afterTrainEpoch(runner: Runner): void | Promise<void> {
    if (!this.#byEpoch) return
    const { interval = -1, saveBegin = 0, saveLast = true } = this.options
    if (!everyNEpochs(runner, interval, saveBegin) && !(saveLast && isLastTrainEpoch(runner))) return
    runner.logger.info(`Saving checkpoint at ${runner.epoch + 1} epochs`)
    return this.#saveRegular(runner, runner.epoch + 1)
  }

  override afterTrainIter(runner: Runner): void | Promise<void> {
    if (this.#byEpoch) return
    const { interval = -1, saveBegin = 0, saveLast = true } = this.options
    if (!everyNTrainIters(runner, interval, saveBegin) && !(saveLast && isLastTrainIter(runner))) return
    runner.logger.info(`Saving checkpoint at ${runner.iter + 1} iterations`)
    return this.#saveRegular(runner, runner.iter + 1)
  }

  override async afterValEpoch(runner: Runner, metrics: Metrics): Promise<void> {
    if (this.options.saveBest === undefined || this.#paths === undefined) return
    if (Object.keys(metrics).length === 0) {
      runner.logger.warn('saveBest has nothing to compare: the validation gave no metrics')
      return
    }
    const bests = this.#best.newBests(metrics, runner.messageHub)
    for (const best of bests) await this.#saveBest(runner, best)
    // The file to resume from must know the new best; without one the best file stands alone.
    if (bests.length > 0 && this.#lastSaved !== undefined)
      await this.#saveRegular(runner, this.#present(runner))
  }

  override async afterTrain(runner: Runner): Promise<void> {
    const { publishedKeys, saveLast = true } = this.options
    if (publishedKeys === undefined) return
    const keys = typeof publishedKeys === 'string' ? [publishedKeys] : publishedKeys
    const files = [...runner.messageHub.info]
      .filter(([key]) => key.startsWith('best_ckpt'))
      .map(([, path]) => path)
    if (saveLast) files.unshift(this.#lastSaved)
    for (const path of files) {
      if (typeof path !== 'string' || !(await runner.storage.exists(path))) continue
      const published = await publishCheckpoint(runner, path, keys)
      runner.logger.info(`The checkpoint ${nameOf(path)} is published as ${published}.`)
    }
  }

  // Nothing that was trained is lost: a resume goes on exactly here.
  override async onException(runner: Runner, _error: unknown, origin: ExceptionOrigin): Promise<void> {
    const position = runner.trainLoop?.position()
    if (origin !== 'train' || position === undefined || this.#paths === undefined) return
    if (position.iter <= 0 || (position.iter === this.#savedIter && !position.validationDue)) return
    const path = this.#paths.interrupted(position.iter)
    const before = this.#interrupted
    runner.messageHub.updateInfo('interrupted_ckpt', path)
    runner.messageHub.updateInfo('last_ckpt', path)
    await this.#write(runner, path)
    await this.#noteLast(runner, path)
    this.#interrupted = path
    if (before !== undefined && before !== path) await runner.storage.remove(before)
    runner.logger.info(`Saved what was trained so far to ${path}`)
  }

  /** Finished epochs or iterations, as the names of regular files count them. */
  #present(runner: Runner): number {
    return this.#byEpoch ? runner.epoch : runner.iter
  }

  // The new file is whole before an old one goes: a crash in between leaves one too many, never one too few.
  async #saveRegular(runner: Runner, id: number): Promise<void> {
    const paths = this.#requirePaths()
    const { messageHub, storage } = runner
    const path = paths.regular(id)
    const outdated = this.#kept.add(id).map((old) => paths.regular(old))
    if (this.#kept.isLimited) messageHub.updateInfo('keep_ckpt_ids', [...this.#kept.ids])
    messageHub.updateInfo('last_ckpt', path)
    messageHub.popInfo('interrupted_ckpt')
    await this.#write(runner, path)
    await this.#noteLast(runner, path)
    this.#lastSaved = path
    if (this.#interrupted !== undefined) outdated.push(this.#interrupted)
    this.#interrupted = undefined
    for (const old of outdated) await storage.remove(old)
  }

  async #saveBest(runner: Runner, { name, score, scoreKey, pathKey }: NewBest): Promise<void> {
    const { messageHub, logger, storage } = runner
    const paths = this.#requirePaths()
    const present = this.#present(runner)
    const path = paths.best(name, present)
    const noted = messageHub.getInfo(pathKey)
    const previous = typeof noted === 'string' ? paths.relocated(noted) : undefined
    messageHub.updateInfo(scoreKey, score)
    messageHub.updateInfo(pathKey, path)
    await runner.saveCheckpoint(path, { saveOptimizer: false, saveParamScheduler: false })
    if (previous !== undefined && previous !== path && (await storage.exists(previous))) {
      await storage.remove(previous)
      logger.info(`The previous best checkpoint ${previous} is removed`)
    }
    const unit = this.#byEpoch ? 'epoch' : 'iter'
    logger.info(
      `The best checkpoint with ${formatFixed(score, 4)} ${name} at ${present} ${unit} is saved to ${nameOf(path)}.`,
    )
  }

  async #write(runner: Runner, path: string): Promise<void> {
    const { saveOptimizer = true, saveParamScheduler = true } = this.options
    await runner.saveCheckpoint(path, { saveOptimizer, saveParamScheduler })
    this.#savedIter = runner.trainLoop?.position().iter ?? this.#savedIter
  }

  async #noteLast(runner: Runner, path: string): Promise<void> {
    const { storage, workDir } = runner
    await writeFile(storage, storage.join(workDir, 'last_checkpoint'), this.#requirePaths().noted(path))
  }

  #requirePaths(): CheckpointPaths {
    if (this.#paths !== undefined) return this.#paths
    throw new HookloopError('HL_CHECKPOINT_STATE', 'CheckpointHook saves only while training')
  }
}
