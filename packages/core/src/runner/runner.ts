import { platform } from '#platform'
import type { DataLoader } from '../data/data-loader.js'
import type { DataBatch, MaybePromise } from '../data/dataset.js'
import type { BatchIterator } from '../data/prefetching-iterator.js'
import type { Dist } from '../distributed/dist.js'
import { SingleProcess } from '../distributed/single-process.js'
import { RunClock } from '../duration/run-clock.js'
import type { Engine } from '../engine/engine.js'
import type { RunPlace } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Metrics } from '../evaluation/metric.js'
import type { EventArguments, HookEvents } from '../events/hook-events.js'
import { HookDispatcher } from '../hook/dispatcher.js'
import type { Hook } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { Mode } from '../hook/points.js'
import type { LogProcessor } from '../logging/log-processor.js'
import { Logger, type LogSink } from '../logging/logger.js'
import { MessageHub } from '../logging/message-hub.js'
import type { EvalLoop, TrainLoop } from '../loop/loop.js'
import type { CompileReport, StepCompiler } from '../loop/step-compiler.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamSchedulers } from '../optim/param-scheduler.js'
import type { HookConfig, HookPlacement } from '../registry/configs.js'
import type { CheckpointParts } from '../state/capture.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { Storage } from '../storage/storage.js'
import type { Visualizer } from '../visualization/visualizer.js'
import { closeBatches, waitForBatch } from './batch-wait.js'
import { buildConsoleSink, buildLogProcessor, buildVisualizer } from './build.js'
import { addHook, registerHooks } from './build-hooks.js'
import { checkMethods } from './build-model.js'
import { checkRunnerOptions } from './check-runner-options.js'
import { claimWorkDir } from './claim-work-dir.js'
import { configText } from './config-text.js'
import { forDevRun } from './fast-dev-run.js'
import { interruptOnSignals } from './interrupt-on-signals.js'
import { Interruption } from './interruption.js'
import { LeakTracker } from './leak-tracker.js'
import { OptimStepHooks } from './optim-step-hooks.js'
import type { RunnerOptions } from './options.js'
import { RunParts } from './parts.js'
import { RunSeed } from './randomness.js'
import { required } from './required.js'
import { readCheckpoint } from './resume.js'
import { RunLog } from './run-log.js'
import { RunStart } from './run-start.js'
import { sanityVal } from './sanity-val.js'
import { saveCheckpoint } from './save-checkpoint.js'
import { withHooks } from './with-hooks.js'
import { findLastCheckpoint, layOutWorkDir, type WorkDir } from './work-dir.js'

/**
 * Conducts a run: builds the parts from their configs when they are first needed, sets the loops going, and
 * holds what hooks want to look at. What happens in a run is done by loops, model, optimizer and hooks.
 *
 * ```ts
 * const runner = new Runner({
 *   model, workDir: 'work_dirs/digits',
 *   trainDataloader: { dataset, batchSize: 64 },
 *   trainCfg: { maxEpochs: 12 },
 *   optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 1e-3 } },
 * })
 * await runner.train()
 * ```
 */
export class Runner {
  readonly options: RunnerOptions
  readonly experimentName: string
  /** The config as JSON text, empty where the run was made from objects. */
  readonly cfgText: string
  readonly logger: Logger
  readonly messageHub: MessageHub
  readonly logProcessor: LogProcessor
  /** Where values and pictures are shown; without backends on ranks other than 0. */
  readonly visualizer: Visualizer
  readonly storage: Storage
  readonly dist: Dist
  /** The time that training takes. */
  readonly clock: RunClock
  readonly hooks: HookDispatcher
  /** Writes the log on the console; undefined with `console: false` and on ranks other than 0. */
  readonly consoleSink: LogSink | undefined

  readonly #workDir: WorkDir
  readonly #seed: RunSeed
  readonly #parts: RunParts
  readonly #start: RunStart
  readonly #interruption = new Interruption()
  readonly #optimStepHooks = new OptimStepHooks()
  #running: Mode | undefined

  /** @throws `HL_CONFIG` that lists all mistakes of the options */
  constructor(given: RunnerOptions, cfgText = '') {
    checkRunnerOptions(given)
    const options = forDevRun(platform.trial?.optionsOf(given) ?? given)
    this.options = options
    this.cfgText = cfgText
    this.storage = options.storage ?? platform.defaultStorage()
    this.dist = options.dist ?? new SingleProcess()
    this.clock = new RunClock(options.now)
    this.#workDir = layOutWorkDir(this.storage, options.workDir, new Date(), this.dist.rank)
    this.#seed = new RunSeed(options.randomness, this.dist.rank)
    this.#parts = new RunParts(this, this.#seed)
    this.#start = new RunStart(this, this.#parts, this.#seed, this.#workDir)
    const { timestamp } = this.#workDir
    this.experimentName =
      options.experimentName === undefined ? timestamp : `${options.experimentName}_${timestamp}`
    this.logger = new Logger('hookloop', options.logLevel)
    this.consoleSink = buildConsoleSink(options, this.dist, this.logger.name)
    if (this.consoleSink !== undefined) this.logger.addSink(this.consoleSink)
    this.messageHub = new MessageHub(this.experimentName)
    this.logProcessor = buildLogProcessor(options.logProcessor)
    this.visualizer = buildVisualizer(options.visualizer, this.dist, {
      storage: this.storage,
      saveDir: this.storage.join(this.logDir, 'vis_data'),
    })
    this.hooks = new HookDispatcher(
      () => this.#place,
      () => this.#optimStepHooks.connect(this, this.optimWrapper),
    )
    registerHooks(this.hooks, options)
  }

  /**
   * A Runner from a config of which nothing is known yet, such as parsed JSON.
   * @throws `HL_CONFIG` that lists all mistakes
   */
  static fromConfig(config: unknown): Runner {
    checkRunnerOptions(config)
    return new Runner(config, configText(config))
  }

  get workDir(): string {
    return this.#workDir.path
  }

  /** `<workDir>/<timestamp>`: the log and everything that is drawn from it. */
  get logDir(): string {
    return this.#workDir.logDir
  }

  /** `YYYYMMDD_HHMMSS`, local time. */
  get timestamp(): string {
    return this.#workDir.timestamp
  }

  /** Of the random numbers of this process. */
  get seed(): number {
    return this.#seed.own
  }

  /** @throws `HL_RUNNER_STATE` before the run has begun */
  get engine(): Engine {
    return required(this.#start.engine, 'engine')
  }

  /** @throws `HL_RUNNER_STATE` before the run has begun */
  get model(): Model {
    return required(this.#parts.model, 'model')
  }

  /**
   * Puts another model in the place of the present one, such as a wrapper for the time of a test. Optimizer and
   * checkpoints go on with the same weights, so its `parameters` and `stateDict` must be those of the present one.
   * Whoever replaces a model puts it back, and frees what the replacement owns.
   * @throws `HL_RUNNER_STATE` before the run has begun
   * @throws `HL_MODEL_METHODS` when it lacks a method that the run needs
   */
  set model(model: Model) {
    required(this.#parts.model, 'model')
    checkMethods(model, this.options, 'the model that runner.model was set to')
    this.#parts.model = model
  }

  get optimWrapper(): OptimWrapper | undefined {
    return this.#parts.optimWrapper
  }

  get paramSchedulers(): ParamSchedulers {
    return this.#parts.paramSchedulers
  }

  get trainLoop(): TrainLoop | undefined {
    return this.#parts.trainLoop
  }

  get valLoop(): EvalLoop | undefined {
    return this.#parts.valLoop
  }

  get testLoop(): EvalLoop | undefined {
    return this.#parts.testLoop
  }

  get trainDataLoader(): DataLoader | undefined {
    return this.trainLoop?.dataLoader
  }

  get valDataLoader(): DataLoader | undefined {
    return this.valLoop?.dataLoader
  }

  get testDataLoader(): DataLoader | undefined {
    return this.testLoop?.dataLoader
  }

  /** Finished epochs; inside an epoch's points the index of that epoch. 0 without training. */
  get epoch(): number {
    return this.trainLoop?.epoch ?? 0
  }

  /** Finished iterations; inside an iteration's points the index of that iteration. 0 without training. */
  get iter(): number {
    return this.trainLoop?.iter ?? 0
  }

  get maxEpochs(): number {
    return this.trainLoop?.maxEpochs ?? 1
  }

  get maxIters(): number {
    return this.trainLoop?.maxIters ?? 1
  }

  /** True once the run goes on from a checkpoint, or is about to. */
  get isResumed(): boolean {
    return this.#start.isResumed
  }

  /** Trains, and validates where the options say how. */
  async train(): Promise<void> {
    await this.#conduct('train', () => {
      const trainLoop = this.#parts.buildTraining()
      this.#parts.buildVal()
      return async () => {
        this.optimWrapper?.initializeCountStatus(trainLoop.iter, trainLoop.maxIters)
        await sanityVal(this)
        await this.clock.during(() => trainLoop.run())
      }
    })
  }

  /** Validates once. @returns the metrics */
  async val(): Promise<Metrics> {
    return this.#judge('val')
  }

  /** Tests once. @returns the metrics */
  async test(): Promise<Metrics> {
    return this.#judge('test')
  }

  /**
   * Adds a hook; `placement` wins over what the hook says of itself. In the middle of a run it takes part from the
   * next point on.
   */
  registerHook(hook: Hook | HookConfig, placement: HookPlacement = {}): HookEntry {
    return addHook(this.hooks, hook, placement)
  }

  /** Calls the listeners of an event, in the order of their hooks. */
  emit<Name extends keyof HookEvents>(name: Name, ...args: EventArguments<Name>): Promise<void> {
    return this.hooks.emit(name, this, args)
  }

  /** Ends training after the running epoch (epoch loop) or iteration; the end is a regular one. */
  stopTraining(): void {
    if (this.trainLoop !== undefined) this.trainLoop.stopTraining = true
  }

  /**
   * Ends the run between two iterations, or where it waits for a batch, with an InterruptedError, so that it can be
   * resumed exactly; without a run, the next one.
   */
  interrupt(reason: string): void {
    this.#interruption.request(reason)
  }

  /** For loops: @throws `HL_INTERRUPTED` when somebody asked the run to end */
  throwIfInterrupted(): void {
    if (this.#interruption.isRequested) throw this.#interruption.error(this.#place)
  }

  /**
   * For loops: the next batch, where there is a promise of it; a long wait is told in the log.
   * @throws `HL_INTERRUPTED` by the promise when somebody asks the run to end; a batch that comes later is freed
   */
  waitForBatch(
    batches: BatchIterator,
    batch: MaybePromise<DataBatch | undefined>,
  ): MaybePromise<DataBatch | undefined> {
    if (!(batch instanceof Promise)) return batch
    const run = { interruption: this.#interruption, logger: this.logger, place: () => this.#place }
    return waitForBatch(run, batches, batch)
  }

  /** For loops: ends a pass; once the run is asked to end, without waiting for a dataset that may hang. */
  closeBatches(batches: BatchIterator): Promise<void> {
    return closeBatches(this.#interruption, batches)
  }

  /** For loops: throws what a hook threw after the parameters of this iteration were updated. */
  throwStepFailure(): void {
    this.#optimStepHooks.throwFailure()
  }

  /** For loops: the optimizer wrapper. @throws `HL_RUNNER_STATE` where there is none */
  requireOptimWrapper(): OptimWrapper {
    return required(this.optimWrapper, 'optimWrapper')
  }

  /**
   * Saves where the run stands. Fires `beforeSaveCheckpoint`; the file appears whole or not at all.
   * @throws `HL_STORAGE_WRITE`
   */
  saveCheckpoint(path: string, parts: CheckpointParts = {}): Promise<void> {
    return saveCheckpoint(this, path, parts)
  }

  /** The checkpoint that `resume: true` goes on from; undefined where there is none yet. */
  findLastCheckpoint(): Promise<string | undefined> {
    return findLastCheckpoint(this.storage, this.#workDir)
  }

  /** Reads a checkpoint; the caller owns its tensors. @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED` */
  loadCheckpoint(path: string): Promise<Checkpoint> {
    return readCheckpoint(this.storage, path)
  }

  /** For loops: what runs training steps in another way than one operation at a time. */
  get stepCompiler(): StepCompiler | undefined {
    return this.#parts.stepCompiler
  }

  /** What became of the training steps; undefined where nothing that compiles them takes part. */
  compileReport(): CompileReport | undefined {
    return this.stepCompiler?.report()
  }

  /** Frees what the run owns: optimizer state and values of the message hub. The model stays its maker's. */
  dispose(): void {
    this.stepCompiler?.dispose()
    this.optimWrapper?.dispose()
    this.messageHub.dispose()
    this.#start.dispose()
    this.hooks.dispose()
  }

  get #place(): RunPlace {
    return { epoch: this.epoch, iter: this.iter }
  }

  async #judge(mode: 'val' | 'test'): Promise<Metrics> {
    // A trial ends with its training; what would come before it need not be waited for.
    if (platform.trial !== undefined) await this.train()
    return this.#conduct(mode, () => {
      const loop = this.#parts.requireJudging(mode)
      if (this.#start.isResumePending) this.#parts.buildTraining()
      return () => loop.run()
    })
  }

  /** @param build makes the parts and returns what to do with them */
  async #conduct<Result>(mode: Mode, build: () => () => Promise<Result>): Promise<Result> {
    if (this.#running !== undefined) throw busy(mode, this.#running)
    this.#running = mode
    try {
      const log = await RunLog.open(this.storage, this.#workDir, this.logger)
      const release = mode === 'train' && this.dist.rank === 0 ? await claimWorkDir(this) : undefined
      try {
        await this.#start.prepare()
        return await this.#runWithHooks(mode, build())
      } catch (error) {
        log.noteError(error)
        throw error
      } finally {
        await this.#parts.closeLoaders()
        await release?.()
        await log.close(this.visualizer)
      }
    } finally {
      this.#interruption.clear()
      this.#running = undefined
    }
  }

  async #runWithHooks<Result>(mode: Mode, run: () => Promise<Result>): Promise<Result> {
    const stopListening = interruptOnSignals(this)
    const leaks = this.options.trackLeaks === true ? new LeakTracker(this) : undefined
    this.#optimStepHooks.connect(this, this.optimWrapper)
    try {
      return await withHooks(this, mode, () => this.#start.begin(), run)
    } finally {
      leaks?.stop()
      stopListening()
    }
  }
}

function busy(wanted: Mode, running: Mode): HookloopError {
  return new HookloopError(
    'HL_RUNNER_BUSY',
    `runner.${wanted}() was called while runner.${running}() is running; await the first before the second. ` +
      'To validate from within a hook, call runner.valLoop?.run()',
  )
}
