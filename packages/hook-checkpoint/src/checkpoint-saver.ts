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

  /** @param maxKept keep so many regular checkpoints; 0 and less keep all */
  constructor(
    private readonly run: SavableRun,
    private readonly folder: CheckpointFolder,
    private readonly names: FileNames,
    private readonly maxKept: number,
  ) {}

  /** Saves after `count` epochs or iterations. @returns the path of the file */
  async saveRegular(count: number, parts: CheckpointParts): Promise<string> {
    const name = this.names.regular(count)
    const { kept, dropped } = keepNewest(this.#kept(), count, this.maxKept)
    const older = dropped.map((old) => this.names.regular(old))
    const path = this.folder.pathOf(name)
    const facts = { last_ckpt: path, ...(this.maxKept > 0 ? { keep_ckpt_ids: kept } : {}) }
    await this.#saveResumable(name, this.replaced.replaceByRegular(name, older), facts, parts)
    return path
  }

  /** Saves everything where the run broke off. @returns the name of the file */
  async saveInterrupted(iter: number): Promise<string> {
    const name = this.names.interrupted(iter)
    await this.#saveResumable(name, this.replaced.replaceByInterrupted(name), {}, {})
    return name
  }

  /**
   * Saves the weights when `score` beats what the hub has as the best; the file of the former best stays until
   * the next {@link sweep} or regular checkpoint.
   */
  async saveBest(
    { metric, rule, scoreKey, fileKey }: WatchedMetric,
    score: number,
    count: number,
    unit: string,
  ): Promise<boolean> {
    const { messageHub, logger } = this.run
    const former = fileNameOf(textIn(messageHub, fileKey) ?? '')
    // The best of another metric, left by a run with another saveBest, is no measure for this one.
    const isSameMetric = isBestOf(metric, former)
    if (!isBetterMetric(rule, score, isSameMetric ? numberIn(messageHub, scoreKey) : undefined)) return false
    const name = this.names.best(metric, count)
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

  async #saveResumable(
    name: string,
    replaced: ReplacedFiles,
    facts: Readonly<Record<string, unknown>>,
    parts: CheckpointParts,
  ): Promise<void> {
    const before = this.replaced
    this.replaced = replaced
    try {
      await withFacts(this.run.messageHub, facts, async () => {
        await this.run.saveCheckpoint(this.folder.pathOf(name), parts)
        await this.folder.note(name)
      })
    } catch (error) {
      this.replaced = before
      throw error
    }
    await this.sweep()
  }

  #kept(): number[] {
    return numbersIn(this.run.messageHub, 'keep_ckpt_ids')
  }
}
