import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Logger } from '../logging/logger.js'
import type { ParamScheduler } from '../optim/param-scheduler.js'
import { isList } from '../state/capture.js'
import type { Checkpoint } from '../state/checkpoint.js'
import { decodeCheckpoint } from '../state/checkpoint-file.js'
import type { StateTree, StateValue } from '../state/state-tree.js'
import type { Storage } from '../storage/storage.js'
import type { RunnerOptions } from './options.js'
import type { Runner } from './runner.js'
import { findLastCheckpoint, type WorkDir } from './work-dir.js'

/** A checkpoint that was read and waits until the parts of the run are built. */
export interface WaitingCheckpoint {
  readonly checkpoint: Checkpoint
  readonly path: string
  readonly resume: boolean
}

export async function readCheckpoint(storage: Storage, path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await storage.read(path), path)
}

/** The checkpoint that the options ask for; undefined when a run starts from scratch. */
export async function findCheckpoint(
  options: Pick<RunnerOptions, 'loadFrom' | 'resume'>,
  storage: Storage,
  workDir: WorkDir,
  logger: Logger,
): Promise<WaitingCheckpoint | undefined> {
  const { loadFrom, resume = false } = options
  if (loadFrom === undefined && !resume) return undefined
  const path = loadFrom ?? (await findLastCheckpoint(storage, workDir))
  if (path === undefined) {
    logger.info(
      `nothing to resume in ${workDir.path}: there is no last_checkpoint. Training starts from scratch`,
    )
    return undefined
  }
  return { checkpoint: await readCheckpoint(storage, path), path, resume }
}

/**
 * Shows a checkpoint to the hooks, puts its weights into the model and, when resuming, the rest where it
 * belongs. Its tensors are freed afterwards.
 */
export async function applyCheckpoint(runner: Runner, waiting: WaitingCheckpoint): Promise<void> {
  const { checkpoint, path, resume } = waiting
  // Hooks may exchange parts; what was read is freed all the same.
  const owned = { ...checkpoint }
  try {
    await runner.hooks.fire.afterLoadCheckpoint(runner, checkpoint)
    loadWeights(runner, checkpoint, path)
    if (resume) restoreRun(runner, checkpoint, path)
  } finally {
    disposeTensors(owned)
  }
}

function loadWeights(runner: Runner, checkpoint: Checkpoint, path: string): void {
  const { missing, unexpected } = runner.model.loadStateDict(checkpoint.stateDict)
  if (missing.length > 0)
    runner.logger.warn(`${path} has no values for ${missing.join(', ')}; they keep their initial ones`)
  if (unexpected.length > 0)
    runner.logger.warn(`${path} has values that the model does not know: ${unexpected.join(', ')}`)
}

function restoreRun(runner: Runner, checkpoint: Checkpoint, path: string): void {
  const { meta, loop } = checkpoint
  const { trainLoop, optimWrapper, messageHub, logger } = runner
  if (trainLoop === undefined) throw withoutTrainLoop(path)
  compareSurroundings(runner, checkpoint)
  trainLoop.restore(loop ?? { epoch: meta.epoch, iter: meta.iter, batchInEpoch: 0, validationDue: false })
  if (checkpoint.messageHub !== undefined) messageHub.loadStateDict(checkpoint.messageHub)
  if (checkpoint.optimizer !== undefined) optimWrapper?.loadStateDict(checkpoint.optimizer)
  else
    logger.warn(
      `${path} holds no optimizer: momenta start anew, the learning rate starts at its configured value`,
    )
  restoreSchedulers(runner, checkpoint.paramSchedulers)
  restoreHooks(runner, checkpoint.hooks)
  logger.info(`resumed from ${path}: epoch ${trainLoop.epoch}, iteration ${trainLoop.iter}`)
}

function withoutTrainLoop(path: string): HookloopError {
  return new HookloopError(
    'HL_RESUME_WITHOUT_TRAINING',
    `${path} cannot be resumed without trainDataloader, trainCfg and optimWrapper; use loadFrom without resume to load its weights only`,
  )
}

function compareSurroundings(runner: Runner, { meta }: Checkpoint): void {
  const { logger } = runner
  if (meta.seed !== runner.seed) {
    logger.warn(
      `the seed is ${runner.seed} now, but the checkpoint was trained with ${meta.seed}: the data come in another order`,
    )
  }
  const engine = runner.engine.describe()
  if (meta.engine !== engine) {
    logger.warn(
      `the engine is ${engine} now, but the checkpoint was trained on ${meta.engine}: results may differ in the last digits`,
    )
  }
  const datasetMeta = JSON.stringify(runner.trainDataLoader?.dataset.metainfo ?? {})
  if (meta.datasetMeta !== undefined && JSON.stringify(meta.datasetMeta) !== datasetMeta) {
    logger.warn(
      'the metainfo of the training dataset differs from that in the checkpoint; is it the same dataset?',
    )
  }
}

function restoreSchedulers({ paramSchedulers, logger }: Runner, states: StateValue): void {
  if (states === undefined || states === null || typeof states !== 'object') return
  const pairs: [ParamScheduler | undefined, unknown][] = isList(paramSchedulers)
    ? zipped(paramSchedulers, states)
    : Object.entries(paramSchedulers).flatMap(([name, list]) => zipped(list, Reflect.get(states, name)))
  for (const [scheduler, state] of pairs) {
    if (scheduler === undefined || !isTree(state)) continue
    scheduler.loadStateDict(state)
    for (const change of scheduler.changedArguments ?? []) {
      logger.warn(`${scheduler.constructor.name} was resumed with another setting than before: ${change}`)
    }
  }
}

function zipped(
  schedulers: readonly ParamScheduler[],
  states: unknown,
): [ParamScheduler | undefined, unknown][] {
  return Array.isArray(states) ? states.map((state, index) => [schedulers[index], state]) : []
}

function restoreHooks({ hooks, logger }: Runner, states: StateTree | undefined): void {
  for (const [key, state] of Object.entries(states ?? {})) {
    const entry = hooks.entries.find((candidate) => candidate.key === key)
    if (entry === undefined) logger.warn(`the checkpoint holds state of ${key}, which is not in this run`)
    else if (isTree(state)) entry.hook.loadStateDict?.(state)
  }
}

function isTree(value: unknown): value is StateTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
