import { type CheckpointParts, isBetterMetric, type Logger, type MessageHub } from '@hookloop/core'
import type { CheckpointFolder } from './checkpoint-folder.js'
import { type FileNames, fileNameOf, isBestOf } from './file-names.js'
import { numberIn, numbersIn, textIn, withFacts } from './hub-facts.js'
import { keepNewest, trim } from './kept-counts.js'
import { ReplacedFiles } from './replaced-files.js'
import type { WatchedMetric } from './watched-metrics.js'

/** What saving needs of a run. */
export interface SavableRun {
  readonly messageHub: MessageHub
  readonly logger: Logger
  saveCheckpoint(path: string, parts?: CheckpointParts): Promise<void>
}

/**
 * Saves checkpoints in an order that a crash cannot harm: the new file, then the note of it, and only then are
 * the files removed that it replaces.
 */
export class CheckpointSaver {
  replaced = new ReplacedFiles()
  /** A file that waits for the end of a validation to become the one to resume from. */
  #unsettled: string | undefined

  /** @param maxKept keep so many regular checkpoints; 0 and less keep all */
  constructor(
    private readonly run: SavableRun,
    private readonly folder: CheckpointFolder,
    private readonly names: FileNames,
    private readonly maxKept: number,
  ) {}

  /** The regular file after so many epochs or iterations. */
  pathOf(count: number): string {
    return this.folder.pathOf(this.names.regular(count))
  }

  /** Saves after `count` epochs or iterations. @returns the path of the file */
  async saveRegular(count: number, parts: CheckpointParts): Promise<string> {
    const { name, path, replaced, facts } = this.#regular(count)
    await this.#saveResumable(name, replaced, facts, parts)
    return path
  }

  /**
   * As {@link saveRegular}, before all hooks have seen the metrics of a validation: training is resumed from the file
   * before this one until {@link settle}, unless there is room for one file only. @returns the path of the file
   */
  async saveInValidation(count: number, parts: CheckpointParts): Promise<string> {
    const { name, path, replaced, facts } = this.#regular(count)
    const noted = await this.folder.noted()
    if (noted === undefined || replaced.obsolete.includes(noted)) return this.saveRegular(count, parts)
    await this.#save(replaced, facts, () => this.run.saveCheckpoint(path, parts))
    this.#unsettled = name
    await this.sweep()
    return path
  }

  /** The file of {@link saveInValidation} is complete: training is resumed from there. */
  async settle(): Promise<void> {
    const name = this.#unsettled
    if (name === undefined) return
    await this.folder.note(name)
    this.#unsettled = undefined
  }

  /** Saves everything that can be saved where the run broke off. @returns the name of the file */
  async saveInterrupted(iter: number): Promise<string> {
    const name = this.names.interrupted(iter)
    await this.#saveResumable(name, this.replaced.replaceByInterrupted(name), {}, { salvage: true })
    return name
  }

  /**
   * Saves where training ends in the middle of an epoch; a resumed run replaces the file by its next regular one.
   * @returns the path of the file
   */
  async saveInEpoch(iter: number, parts: CheckpointParts): Promise<string> {
    const name = this.names.atIter(iter)
    const path = this.folder.pathOf(name)
    await this.#saveResumable(name, this.replaced.replaceByInterrupted(name), { last_ckpt: path }, parts)
    return path
  }

  /**
   * Saves the weights when `score` beats what the hub has as the best; the file of the former best stays until
   * the next {@link sweep} or regular checkpoint.
   */
  async saveBest(
    { metric, rule, scoreKey, fileKey }: WatchedMetric,
    score: number,
    count: number,
    unit: 'epoch' | 'iter',
  ): Promise<boolean> {
    const { messageHub, logger } = this.run
    const former = fileNameOf(textIn(messageHub, fileKey) ?? '')
    // The best of another metric, left by a run with another saveBest, is no measure for this one.
    const isSameMetric = isBestOf(metric, former)
    if (!isBetterMetric(rule, score, isSameMetric ? numberIn(messageHub, scoreKey) : undefined)) return false
    const name = this.names.best(metric, count, unit)
    const path = this.folder.pathOf(name)
    await withFacts(messageHub, { [scoreKey]: score, [fileKey]: path }, () =>
      this.run.saveCheckpoint(path, { saveOptimizer: false, saveParamScheduler: false }),
    )
    if (isSameMetric) this.replaced = this.replaced.replace(name, [former])
    logger.info(
      `The best checkpoint with ${score.toFixed(4)} ${metric} at ${count} ${unit} is saved to ${name}.`,
    )
    return true
  }

  /** Removes what newer files have replaced; what resists is tried again next time. */
  async sweep(): Promise<void> {
    const left: string[] = []
    for (const name of this.replaced.obsolete) {
      try {
        if ((await this.folder.remove(name)) && name.startsWith('best_'))
          this.run.logger.info(`The previous best checkpoint ${this.folder.pathOf(name)} is removed`)
      } catch (error) {
        left.push(name)
        this.run.logger.warn(`${name} is replaced but could not be removed: ${String(error)}`)
      }
    }
    this.replaced = this.replaced.withObsolete(left)
  }

  /** Lets go of regular checkpoints above the number to keep, which a resumed run may have lowered. */
  trimKept(): void {
    const { kept, dropped } = trim(this.#kept(), this.maxKept)
    if (dropped.length === 0) return
    this.run.messageHub.updateInfo('keep_ckpt_ids', kept)
    const [newest = 0] = kept
    const older = dropped.map((count) => this.names.regular(count))
    this.replaced = this.replaced.replace(this.names.regular(newest), older)
  }

  /** Corrects paths in the hub that were stored before the folder was moved. */
  async relocate(keys: readonly string[]): Promise<void> {
    const { messageHub } = this.run
    for (const key of keys) {
      const stored = textIn(messageHub, key)
      if (stored === undefined) continue
      const name = fileNameOf(stored)
      if (await this.folder.has(name)) messageHub.updateInfo(key, this.folder.pathOf(name))
    }
  }

  #regular(count: number) {
    const name = this.names.regular(count)
    const { kept, dropped } = keepNewest(this.#kept(), count, this.maxKept)
    const path = this.pathOf(count)
    return {
      name,
      path,
      replaced: this.replaced.replaceByRegular(
        name,
        dropped.map((old) => this.names.regular(old)),
      ),
      facts: { last_ckpt: path, ...(this.maxKept > 0 ? { keep_ckpt_ids: kept } : {}) },
    }
  }

  async #saveResumable(
    name: string,
    replaced: ReplacedFiles,
    facts: Readonly<Record<string, unknown>>,
    parts: CheckpointParts,
  ): Promise<void> {
    await this.#save(replaced, facts, async () => {
      await this.run.saveCheckpoint(this.folder.pathOf(name), parts)
      await this.folder.note(name)
    })
    this.#unsettled = undefined
    await this.sweep()
  }

  /** The lists and the hub tell of a file while it is written, and of what was before where that fails. */
  async #save(
    replaced: ReplacedFiles,
    facts: Readonly<Record<string, unknown>>,
    write: () => Promise<void>,
  ): Promise<void> {
    const before = this.replaced
    this.replaced = replaced
    try {
      await withFacts(this.run.messageHub, facts, write)
    } catch (error) {
      this.replaced = before
      throw error
    }
  }

  #kept(): number[] {
    return numbersIn(this.run.messageHub, 'keep_ckpt_ids')
  }
}
