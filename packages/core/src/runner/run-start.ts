import type { Engine } from '../engine/engine.js'
import { measuredSettings } from '../engine/native-settings.js'
import { disposeTensors } from '../engine/tensors.js'
import { engineWith } from '../engine/use-engine.js'
import { absentNeighbours } from '../hook/hook-entry.js'
import { idleSettings } from './build-hooks.js'
import { initWeights } from './build-model.js'
import { devRunLine } from './fast-dev-run.js'
import type { RunParts } from './parts.js'
import type { RunSeed } from './randomness.js'
import { applyCheckpoint, findCheckpoint, type WaitingCheckpoint } from './resume.js'
import { keepRecord } from './run-record.js'
import type { Runner } from './runner.js'
import type { WorkDir } from './work-dir.js'

/** What a Runner does before its first loop: chooses an engine, makes a model, draws weights or loads a checkpoint. */
export class RunStart {
  engine: Engine | undefined
  #waiting: WaitingCheckpoint | undefined
  #isResumed = false
  #hasInitialWeights = false

  constructor(
    private readonly runner: Runner,
    private readonly parts: RunParts,
    private readonly seed: RunSeed,
    private readonly workDir: WorkDir,
  ) {}

  /** True once the run goes on from a checkpoint, or is about to. */
  get isResumed(): boolean {
    return this.#isResumed
  }

  /** True while a checkpoint to go on from waits for the parts that it is loaded into. */
  get isResumePending(): boolean {
    return this.#waiting?.resume === true
  }

  /** What the first call needs: an engine, a checkpoint to start from, a seed, a model. */
  async prepare(): Promise<void> {
    if (this.parts.model !== undefined) return
    const { runner } = this
    const { options, logger } = runner
    const say = (line: string) => logger.info(line)
    const devRun = devRunLine(options)
    if (devRun !== undefined) say(devRun)
    const { engine, hint, note, warning } = await engineWith(options.engine ?? 'auto', say)
    this.engine = engine
    logger.info(`engine: ${[engine.describe(), note, hint].filter(Boolean).join('. ')}`)
    if (warning !== undefined) logger.warn(warning)
    this.#waiting ??= await findCheckpoint(options, runner.storage, this.workDir, logger)
    this.#isResumed = this.isResumePending
    await this.seed.settle(this.#isResumed ? this.#waiting?.checkpoint.meta.seed : undefined, runner.dist)
    await this.parts.buildModel()
    await keepRecord(runner)
    if (runner.cfgText !== '') runner.visualizer.addConfig(runner.cfgText)
    logger.info(runner.hooks.table())
    for (const warning of absentNeighbours(runner.hooks.entries)) logger.warn(warning)
    for (const warning of idleSettings(options)) logger.warn(warning)
  }

  /** What happens once all parts are there: hooks wake up, weights are drawn, a checkpoint is loaded. */
  async begin(): Promise<void> {
    const { runner } = this
    await runner.hooks.fire.beforeRun(runner)
    if (!this.#hasInitialWeights) await initWeights(runner.model, this.seed.common)
    this.#hasInitialWeights = true
    if (runner.trainLoop !== undefined) await this.#confirmSettings()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) await applyCheckpoint(runner, waiting, this.seed)
  }

  async #confirmSettings(): Promise<void> {
    const warning = await measuredSettings()?.confirm?.(this.runner)
    if (warning !== undefined) this.runner.logger.warn(warning)
  }

  /** Frees a checkpoint that nothing was done with. */
  dispose(): void {
    disposeTensors({ ...this.#waiting?.checkpoint })
    this.#waiting = undefined
  }
}
