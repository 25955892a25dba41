import {
  disposeTensors,
  type Hook,
  type HookConfig,
  HookloopError,
  loopRegistry,
  MemoryStorage,
  type Metrics,
  Runner,
  type RunnerOptions,
  type StepOutputs,
} from '@hookloop/core'
import type { Scalar } from '@tensorflow/tfjs-core'
import { Callback } from '@tensorflow/tfjs-layers'
import { fromLayersModel, type LayersModelOptions } from '../layers-runner-model.js'
import { packageInfo } from '../package-info.js'
import { dataOf } from './fit-data.js'
import { atEndOfFit } from './fit-end.js'
import type { FitEvent } from './fit-event.js'
import { FitLoop, type FitLoopOptions } from './fit-loop.js'
import { FitOptimWrapper } from './fit-optim-wrapper.js'
import { FitOptimizerState } from './fit-optimizer-state.js'
import { Handover } from './handover.js'

declare module '@hookloop/core' {
  interface TrainLoopConfigs {
    /** Made by `fitCallback`. */
    FitLoop: FitLoopOptions
  }
}

loopRegistry.register('FitLoop', FitLoop, packageInfo)

/** What a {@link Runner} is told that is not the business of `model.fit`. */
type FitRunnerOptions = Pick<
  RunnerOptions,
  | 'valDataloader'
  | 'valEvaluator'
  | 'paramScheduler'
  | 'defaultHooks'
  | 'loadFrom'
  | 'resume'
  | 'experimentName'
  | 'logLevel'
  | 'logProcessor'
  | 'visualizer'
  | 'storage'
  | 'handleSignals'
  | 'console'
>

/** How hooks take part in `model.fit`. */
export interface FitCallbackOptions extends FitRunnerOptions, Pick<LayersModelOptions, 'inputs' | 'targets'> {
  /** Checkpoints and logs go there; without it they stay in memory. */
  readonly workDir?: string
  /** With `valDataloader`: validates after so many epochs. Default 1. */
  readonly valInterval?: number
  /** Batches of an epoch, for datasets that do not know their size. */
  readonly batchesPerEpoch?: number
}

/** Drives hooks inside `model.fit`. Made by {@link fitCallback}. */
export class FitCallback extends Callback {
  #runner: Runner | undefined
  #events = new Handover<FitEvent>()
  #finished: Promise<void> = Promise.resolve()
  /** For those who name no work dir. */
  readonly #memory = new MemoryStorage()

  constructor(
    private readonly hooks: readonly (Hook | HookConfig)[],
    private readonly options: FitCallbackOptions,
  ) {
    super()
  }

  /** What the hooks see. @throws `HL_FIT_RUNNER` before `model.fit` has begun */
  get runner(): Runner {
    if (this.#runner !== undefined) return this.#runner
    throw new HookloopError('HL_FIT_RUNNER', 'there is no Runner before model.fit has begun')
  }

  /** Kept once the hooks are done with the last `model.fit`, also where that has failed. */
  get finished(): Promise<void> {
    return this.#finished
  }

  /**
   * Epochs that the checkpoint to go on from has finished, for `model.fit`; 0 where there is none.
   * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`
   */
  async initialEpoch(): Promise<number> {
    const { loadFrom, resume = false } = this.options
    if (!resume) return 0
    const reader = new Runner({ model: noModel, ...this.#place(), console: false })
    const path = loadFrom ?? (await reader.findLastCheckpoint())
    if (path === undefined) return 0
    const checkpoint = await reader.loadCheckpoint(path)
    disposeTensors({ ...checkpoint })
    return checkpoint.loop?.epoch ?? checkpoint.meta.epoch
  }

  /** Frees what the hooks of the last `model.fit` own. */
  dispose(): void {
    this.#runner?.dispose()
    this.#runner = undefined
  }

  override async onTrainBegin(): Promise<void> {
    this.dispose()
    this.#events = new Handover()
    const events = this.#events
    const { runner, optimWrapper } = this.#makeRunner(events)
    this.#runner = runner
    const stopListening = optimWrapper.listen()
    this.#finished = runner
      .train()
      .then(() => events.end())
      .catch((error: unknown) => events.fail(error))
      .finally(stopListening)
    atEndOfFit(this.model, () => this.#reachFailure(events, optimWrapper))
  }

  override onEpochBegin(epoch: number): Promise<void> {
    return this.#events.reach({ at: 'epochBegin', epoch })
  }

  override onBatchBegin(batchIdx: number): Promise<void> {
    return this.#events.reach({ at: 'batchBegin', batchIdx })
  }

  override onBatchEnd(batchIdx: number, logs: FitLogs = {}): Promise<void> {
    return this.#events.reach({ at: 'batchEnd', batchIdx, outputs: outputsOf(logs) })
  }

  override async onEpochEnd(_epoch: number, logs: FitLogs = {}): Promise<void> {
    await this.#events.reach({ at: 'epochEnd', valMetrics: await valMetricsOf(logs) })
  }

  override async onTrainEnd(): Promise<void> {
    await this.#events.reach({ at: 'trainEnd' })
    await this.#finished
  }

  /** Where `fit` has come to its regular end nobody listens any more. */
  #reachFailure(events: Handover<FitEvent>, { failure }: FitOptimWrapper): void {
    const error =
      failure ?? new HookloopError('HL_FIT_FAILED', 'model.fit has ended by an error, which it throws')
    events.reach({ at: 'failure', error }).catch(() => undefined)
  }

  #makeRunner(events: Handover<FitEvent>): { runner: Runner; optimWrapper: FitOptimWrapper } {
    const { inputs, targets, batchesPerEpoch, valInterval = 1, ...options } = this.options
    const { model, params } = this
    const fields = { ...(inputs && { inputs }), ...(targets && { targets }) }
    const runnerModel = fromLayersModel(model, fields)
    const parameters = Object.entries(runnerModel.parameters()).map(([name, variable]) => ({
      name,
      variable,
    }))
    const optimWrapper = new FitOptimWrapper(model.optimizer, parameters)
    const stop = () => {
      model.stopTraining = true
    }
    const runner = new Runner({
      ...options,
      ...this.#place(),
      model: runnerModel,
      trainDataloader: dataOf(params, batchesPerEpoch),
      trainCfg: { type: 'FitLoop', events, maxEpochs: Number(params.epochs), valInterval, stop },
      optimWrapper,
      customHooks: [...this.hooks, new FitOptimizerState(model.optimizer)],
    })
    return { runner, optimWrapper }
  }

  #place(): Required<Pick<RunnerOptions, 'workDir'>> & Pick<RunnerOptions, 'storage'> {
    const { workDir, storage } = this.options
    if (workDir === undefined) return { workDir: 'model.fit', storage: storage ?? this.#memory }
    return { workDir, ...(storage && { storage }) }
  }
}

/**
 * Lets hooks take part in `model.fit` and `model.fitDataset` of tfjs-layers.
 *
 * ```ts
 * await model.fit(x, y, { epochs: 12, callbacks: fitCallback([new EMAHook()], { workDir: 'work_dirs/digits' }) })
 * ```
 * Hooks, and the default hooks whose packages are imported, see a {@link Runner} whose training loop is `fit`'s.
 * @throws by `model.fit`: `HL_CONFIG` that lists all mistakes of the options, and whatever a hook throws
 */
export function fitCallback(
  hooks: readonly (Hook | HookConfig)[],
  options: FitCallbackOptions = {},
): FitCallback {
  return new FitCallback(hooks, options)
}

/** Losses and metrics, which belong to `fit`, and the number and size of the batch. */
type FitLogs = Record<string, number | Scalar>

function outputsOf(logs: FitLogs): StepOutputs {
  const { batch: _batch, size: _size, ...outputs } = logs
  return outputs
}

async function valMetricsOf(logs: FitLogs): Promise<Metrics> {
  const metrics: Record<string, number> = {}
  for (const [name, value] of Object.entries(logs)) {
    if (!name.startsWith('val_')) continue
    const [number = Number.NaN] = typeof value === 'number' ? [value] : await value.data()
    metrics[name.slice('val_'.length)] = number
  }
  return metrics
}

function noModel(): never {
  throw new HookloopError('HL_FIT_RUNNER', 'this Runner reads checkpoints only')
}
