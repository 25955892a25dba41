import { platform } from '#platform'
import type { DataLoader } from '../data/data-loader.js'
import type { Dist } from '../distributed/dist.js'
import { SingleProcess } from '../distributed/single-process.js'
import { detectEngine } from '../engine/detect.js'
import type { Engine } from '../engine/engine.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Metrics } from '../evaluation/metric.js'
import type { EventArguments, HookEvents } from '../events/hook-events.js'
import { HookDispatcher } from '../hook/dispatcher.js'
import type { Hook } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { ExceptionOrigin } from '../hook/points.js'
import { FileSink } from '../logging/file-sink.js'
import { LogProcessor } from '../logging/log-processor.js'
import { Logger, type LogSink } from '../logging/logger.js'
import { MessageHub } from '../logging/message-hub.js'
import { JudgingLoop } from '../loop/eval-loop.js'
import type { EvalLoop, TrainLoop } from '../loop/loop.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamSchedulers } from '../optim/param-scheduler.js'
import type { HookConfig, HookPlacement } from '../registry/configs.js'
import { type CheckpointParts, captureCheckpoint } from '../state/capture.js'
import type { Checkpoint } from '../state/checkpoint.js'
import { encodeCheckpoint } from '../state/checkpoint-file.js'
import { type Storage, writeChunks } from '../storage/storage.js'
import {
  buildDataLoader,
  buildEvaluator,
  buildModel,
  buildOptimWrapper,
  buildParamSchedulers,
  buildTrainLoop,
  initWeights,
  scaleLr,
} from './build.js'
import { addHook, registerHooks } from './build-hooks.js'
import { checkRunnerOptions } from './check-runner-options.js'
import { Interruption } from './interruption.js'
import type { EvaluatorConfig, RunnerOptions } from './options.js'
import { chooseSeed } from './randomness.js'
import { applyCheckpoint, findCheckpoint, readCheckpoint, type WaitingCheckpoint } from './resume.js'
import { layOutWorkDir, type WorkDir } from './work-dir.js'

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
  readonly storage: Storage
  readonly dist: Dist
  readonly hooks: HookDispatcher
  /** Writes the log on the console; undefined with `console: false` and on ranks other than 0. */
  readonly consoleSink: LogSink | undefined

  readonly #workDir: WorkDir
  readonly #interruption = new Interruption()
  #seed: number
  #engine: Engine | undefined
  #model: Model | undefined
  #optimWrapper: OptimWrapper | undefined
  #paramSchedulers: ParamSchedulers = []
  #trainLoop: TrainLoop | undefined
  #valLoop: EvalLoop | undefined
  #testLoop: EvalLoop | undefined
  #waiting: WaitingCheckpoint | undefined
  #isResumed = false

  /** @throws `HL_CONFIG` that lists all mistakes of the options */
  constructor(options: RunnerOptions, cfgText = '') {
    checkRunnerOptions(options)
    this.options = options
    this.cfgText = cfgText
    this.storage = options.storage ?? platform.defaultStorage()
    this.dist = options.dist ?? new SingleProcess()
    this.#workDir = layOutWorkDir(this.storage, options.workDir, new Date())
    this.#seed = chooseSeed(options.randomness, this.dist.rank)
    const { timestamp } = this.#workDir
    this.experimentName =
      options.experimentName === undefined ? timestamp : `${options.experimentName}_${timestamp}`
    this.logger = new Logger('hookloop', options.logLevel)
    this.consoleSink =
      options.console === false || this.dist.rank !== 0 ? undefined : platform.consoleSink(this.logger.name)
    if (this.consoleSink !== undefined) this.logger.addSink(this.consoleSink)
    this.messageHub = new MessageHub(this.experimentName)
    this.logProcessor =
      options.logProcessor instanceof LogProcessor
        ? options.logProcessor
        : new LogProcessor(options.logProcessor)
    this.hooks = new HookDispatcher(() => ({ epoch: this.epoch, iter: this.iter }))
    registerHooks(this.hooks, options)
  }

  /**
   * A Runner from a config of which nothing is known yet, such as parsed JSON.
   * @throws `HL_CONFIG` that lists all mistakes
   */
  static fromConfig(config: unknown): Runner {
    checkRunnerOptions(config)
    return new Runner(config, JSON.stringify(config, undefined, 2))
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

  get seed(): number {
    return this.#seed
  }

  /** @throws `HL_RUNNER_STATE` before the run has begun */
  get engine(): Engine {
    return this.#require(this.#engine, 'engine')
  }

  /** @throws `HL_RUNNER_STATE` before the run has begun */
  get model(): Model {
    return this.#require(this.#model, 'model')
  }

  get optimWrapper(): OptimWrapper | undefined {
    return this.#optimWrapper
  }

  get paramSchedulers(): ParamSchedulers {
    return this.#paramSchedulers
  }

  get trainLoop(): TrainLoop | undefined {
    return this.#trainLoop
  }

  get valLoop(): EvalLoop | undefined {
    return this.#valLoop
  }

  get testLoop(): EvalLoop | undefined {
    return this.#testLoop
  }

  get trainDataLoader(): DataLoader | undefined {
    return this.#trainLoop?.dataLoader
  }

  get valDataLoader(): DataLoader | undefined {
    return this.#valLoop?.dataLoader
  }

  get testDataLoader(): DataLoader | undefined {
    return this.#testLoop?.dataLoader
  }

  /** Finished epochs; inside an epoch's points the index of that epoch. 0 without training. */
  get epoch(): number {
    return this.#trainLoop?.epoch ?? 0
  }

  /** Finished iterations; inside an iteration's points the index of that iteration. 0 without training. */
  get iter(): number {
    return this.#trainLoop?.iter ?? 0
  }

  get maxEpochs(): number {
    return this.#trainLoop?.maxEpochs ?? 1
  }

  get maxIters(): number {
    return this.#trainLoop?.maxIters ?? 1
  }

  /** True once the run goes on from a checkpoint, or is about to. */
  get isResumed(): boolean {
    return this.#isResumed
  }

  /** Trains, and validates where the options say how. */
  async train(): Promise<void> {
    await this.#conduct('train', async () => {
      const trainLoop = await this.#buildTraining()
      this.#valLoop ??= this.#buildEvalLoop('val')
      await this.#begin()
      this.#optimWrapper?.initializeCountStatus(trainLoop.iter, trainLoop.maxIters)
      await trainLoop.run()
    })
  }

  /** Validates once. @returns the metrics */
  async val(): Promise<Metrics> {
    return this.#conduct('val', () => this.#judge('val'))
  }

  /** Tests once. @returns the metrics */
  async test(): Promise<Metrics> {
    return this.#conduct('test', () => this.#judge('test'))
  }

  /** Adds a hook to a run; `placement` wins over what the hook says of itself. */
  registerHook(hook: Hook | HookConfig, placement: HookPlacement = {}): HookEntry {
    return addHook(this.hooks, hook, placement)
  }

  /** Calls the listeners of an event, in the order of their hooks. */
  emit<Name extends keyof HookEvents>(name: Name, ...args: EventArguments<Name>): Promise<void> {
    return this.hooks.emit(name, this, args)
  }

  /** Ends training after the running epoch (epoch loop) or iteration; the end is a regular one. */
  stopTraining(): void {
    if (this.#trainLoop !== undefined) this.#trainLoop.stopTraining = true
  }

  /** Ends the run between two iterations with an InterruptedError, so that it can be resumed exactly. */
  interrupt(reason: string): void {
    this.#interruption.request(reason)
  }

  /** For loops: @throws `HL_INTERRUPTED` when somebody asked the run to end */
  throwIfInterrupted(): void {
    if (this.#interruption.isRequested) {
      this.#interruption.throwIfRequested(() => ({ epoch: this.epoch, iter: this.iter }))
    }
  }

  /** For loops: the optimizer wrapper. @throws `HL_RUNNER_STATE` where there is none */
  requireOptimWrapper(): OptimWrapper {
    return this.#require(this.#optimWrapper, 'optimWrapper')
  }

  /**
   * Saves where the run stands. Fires `beforeSaveCheckpoint`; the file appears whole or not at all.
   * @throws `HL_STORAGE_WRITE`
   */
  async saveCheckpoint(path: string, parts: CheckpointParts = {}): Promise<void> {
    await this.messageHub.settle()
    const checkpoint = captureCheckpoint(this, parts)
    await this.hooks.fire.beforeSaveCheckpoint(this, checkpoint)
    // All processes hold the same state; hooks may want to talk to each other before, one of them writes.
    if (this.dist.rank !== 0) return
    await writeChunks(this.storage, path, await encodeCheckpoint(checkpoint))
  }

  /** Reads a checkpoint; the caller owns its tensors. @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED` */
  loadCheckpoint(path: string): Promise<Checkpoint> {
    return readCheckpoint(this.storage, path)
  }

  /** Frees what the run owns: optimizer state and values of the message hub. The model stays its maker's. */
  dispose(): void {
    this.#optimWrapper?.dispose()
    this.messageHub.dispose()
    for (const { hook } of this.hooks.entries) hook.dispose?.()
  }

  async #conduct<Result>(origin: ExceptionOrigin, run: () => Promise<Result>): Promise<Result> {
    const stopLogging = await this.#prepare()
    const stopListening = this.#listenForSignals()
    try {
      return await run()
    } catch (error) {
      await this.#reportException(error, origin)
      throw error
    } finally {
      stopListening()
      this.#interruption.clear()
      await this.hooks.fire.afterRun(this)
      await this.logger.flush()
      stopLogging()
    }
  }

  /** What every run needs first: a work dir, an engine, a checkpoint to start from, a seed, a model. */
  async #prepare(): Promise<() => void> {
    await this.storage.makeFolder(this.#workDir.logDir)
    const stopLogging = this.logger.addSink(
      new FileSink(this.storage, this.#workDir.logFile, this.logger.name),
    )
    if (this.#model !== undefined) return stopLogging
    const { engine, warning } = await detectEngine(this.options.engine)
    this.#engine = engine
    this.logger.info(`engine: ${engine.describe()}`)
    if (warning !== undefined) this.logger.warn(warning)
    this.#waiting = await findCheckpoint(this.options, this.storage, this.#workDir, this.logger)
    this.#isResumed = this.#waiting?.resume === true
    if (this.#isResumed && this.options.randomness?.seed === undefined) {
      this.#seed = this.#waiting?.checkpoint.meta.seed ?? this.#seed
    }
    this.#model = await buildModel(this.options.model, this.#seed)
    this.logger.info(this.hooks.table())
    return stopLogging
  }

  #listenForSignals(): () => void {
    if (this.options.handleSignals === false) return () => undefined
    return platform.onInterrupt((signal) => {
      this.logger.warn(`${signal}: finishing this iteration and saving; once more ends at once`)
      this.interrupt(signal)
    })
  }

  async #buildTraining(): Promise<TrainLoop> {
    if (this.#trainLoop !== undefined) return this.#trainLoop
    const { trainDataloader, trainCfg, optimWrapper, paramScheduler, autoScaleLr } = this.options
    if (trainDataloader === undefined || trainCfg === undefined || optimWrapper === undefined) {
      throw this.#withoutParts('train', 'trainDataloader, trainCfg and optimWrapper')
    }
    const dataLoader = buildDataLoader(trainDataloader, this.dist, this.#seed, true)
    const trainLoop = buildTrainLoop(this, dataLoader, trainCfg)
    const wrapper = buildOptimWrapper(optimWrapper, this.model)
    scaleLr(wrapper, autoScaleLr, this.dist.worldSize * dataLoader.batchSize)
    this.#trainLoop = trainLoop
    this.#optimWrapper = wrapper
    this.#paramSchedulers = buildParamSchedulers(paramScheduler, wrapper, {
      epochLength: dataLoader.length,
      maxEpochs: trainLoop.maxEpochs,
      maxIters: trainLoop.maxIters,
    })
    return trainLoop
  }

  #buildEvalLoop(mode: 'val' | 'test'): EvalLoop | undefined {
    const [dataloader, evaluator] =
      mode === 'val'
        ? [this.options.valDataloader, this.options.valEvaluator]
        : [this.options.testDataloader, this.options.testEvaluator]
    if (dataloader === undefined || evaluator === undefined) return undefined
    const loader = buildDataLoader(dataloader, this.dist, this.#seed, false)
    return new JudgingLoop(mode, this, loader, buildEvaluator(evaluator as EvaluatorConfig))
  }

  async #judge(mode: 'val' | 'test'): Promise<Metrics> {
    const loop = (mode === 'val' ? this.#valLoop : this.#testLoop) ?? this.#buildEvalLoop(mode)
    if (loop === undefined) throw this.#withoutParts(mode, `${mode}Dataloader and ${mode}Evaluator`)
    if (mode === 'val') this.#valLoop = loop
    else this.#testLoop = loop
    if (this.#waiting?.resume === true) await this.#buildTraining()
    await this.#begin()
    return loop.run()
  }

  /** What happens once all parts are there: hooks wake up, weights are drawn, a checkpoint is loaded. */
  async #begin(): Promise<void> {
    this.#connectOptimHooks()
    await this.hooks.fire.beforeRun(this)
    const waiting = this.#waiting
    this.#waiting = undefined
    if (!this.#hasInitialWeights) await initWeights(this.model, this.#seed)
    this.#hasInitialWeights = true
    if (waiting !== undefined) await applyCheckpoint(this, waiting)
  }

  #hasInitialWeights = false

  #connectOptimHooks(): void {
    if (this.#optimWrapper === undefined) return
    const { hooks } = this
    this.#optimWrapper.stepListener = {
      beforeStep: hooks.has('beforeOptimStep')
        ? (gradients) => void hooks.fire.beforeOptimStep(this, gradients)
        : undefined,
      afterStep: hooks.has('afterOptimStep') ? () => void hooks.fire.afterOptimStep(this) : undefined,
    }
  }

  async #reportException(error: unknown, origin: ExceptionOrigin): Promise<void> {
    try {
      await this.hooks.fire.onException(this, error, origin)
    } catch (second) {
      // The first error is the one to know; a hook that fails on top of it must not hide it.
      this.logger.error(second instanceof Error ? second.message : String(second))
    }
  }

  #withoutParts(mode: string, parts: string): HookloopError {
    return new HookloopError(
      'HL_RUNNER_PARTS',
      `runner.${mode}() needs ${parts} in the options of the Runner`,
    )
  }

  #require<Part>(part: Part | undefined, name: string): Part {
    if (part !== undefined) return part
    throw new HookloopError(
      'HL_RUNNER_STATE',
      `runner.${name} is there only once a run has begun, from beforeRun on`,
    )
  }
}
