import type { DataLoader } from '../data/data-loader.js'
import type { Dist } from '../distributed/dist.js'
import type { Engine } from '../engine/engine.js'
import type { EventArguments, HookEvents } from '../events/hook-events.js'
import type { Hook } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { HookDispatcher } from '../hook/dispatcher.js'
import type { Logger } from '../logging/logger.js'
import type { LogProcessor } from '../logging/log-processor.js'
import type { MessageHub } from '../logging/message-hub.js'
import type { EvalLoop, TrainLoop } from '../loop/loop.js'
import type { Model } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { ParamSchedulers } from '../optim/param-scheduler.js'
import type { HookConfig, HookPlacement } from '../registry/configs.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { Storage } from '../storage/storage.js'
import type { Metrics } from '../evaluation/metric.js'
import type { RunnerOptions } from './options.js'

/** Conducts a run (contract; the implementation follows). */
export declare class Runner {
  constructor(options: RunnerOptions)
  static fromConfig(config: Readonly<Record<string, unknown>>): Runner
  readonly options: RunnerOptions
  readonly workDir: string
  /** `<workDir>/<timestamp>`. */
  readonly logDir: string
  /** `YYYYMMDD_HHMMSS`, local time. */
  readonly timestamp: string
  readonly experimentName: string
  readonly seed: number
  /** The config as text, empty where there is none. */
  readonly cfgText: string
  readonly logger: Logger
  readonly messageHub: MessageHub
  readonly logProcessor: LogProcessor
  readonly storage: Storage
  readonly dist: Dist
  readonly hooks: HookDispatcher
  /** @throws `HL_RUNNER_STATE` before the run has begun */
  get engine(): Engine
  get model(): Model
  get optimWrapper(): OptimWrapper | undefined
  get paramSchedulers(): ParamSchedulers
  get trainLoop(): TrainLoop | undefined
  get valLoop(): EvalLoop | undefined
  get testLoop(): EvalLoop | undefined
  get trainDataLoader(): DataLoader | undefined
  get valDataLoader(): DataLoader | undefined
  get testDataLoader(): DataLoader | undefined
  /** Finished epochs; inside an epoch's points the index of that epoch. 0 without training. */
  get epoch(): number
  /** Finished iterations; inside an iteration's points the index of that iteration. */
  get iter(): number
  get maxEpochs(): number
  get maxIters(): number
  /** True while training goes on from a checkpoint. */
  get isResumed(): boolean
  train(): Promise<void>
  val(): Promise<Metrics>
  test(): Promise<Metrics>
  registerHook(hook: Hook | HookConfig, placement?: HookPlacement): HookEntry
  emit<Name extends keyof HookEvents>(name: Name, ...args: EventArguments<Name>): Promise<void>
  /** Ends training after the running epoch (epoch loop) or iteration. */
  stopTraining(): void
  /** Ends the run between two iterations with an InterruptedError, so that it can be resumed exactly. */
  interrupt(reason: string): void
  /** Saves a checkpoint of the present position under a path; fires beforeSaveCheckpoint. */
  saveCheckpoint(path: string, parts?: { saveOptimizer?: boolean; saveParamScheduler?: boolean }): Promise<void>
  loadCheckpoint(path: string): Promise<Checkpoint>
}
