import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Logger } from '../logging/logger.js'
import type { ParamScheduler } from '../optim/param-scheduler.js'
import { paramSchedulerRegistry } from '../registry/registries.js'
import { isList } from '../state/capture.js'
import type { Checkpoint } from '../state/checkpoint.js'
import { decodeCheckpoint } from '../state/checkpoint-file.js'
import { restoreHookStates } from '../state/hook-states.js'
import { comparePackages, describeChange } from '../state/packages.js'
import { packagesInUse } from '../state/packages-in-use.js'
import { isStateTree, type StateDict, type StateValue } from '../state/state-tree.js'
import type { Storage } from '../storage/storage.js'
import type { RunnerOptions } from './options.js'
import type { RunSeed } from './randomness.js'
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

/**
 * The checkpoint that the options ask for; undefined when a run starts from scratch.
 * @throws `HL_STORAGE_READ`, `HL_CHECKPOINT_DAMAGED`, `HL_RESUME_WEIGHTS_ONLY`
 */
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
    await sayNothingToResume(storage, workDir, logger)
    return undefined
  }
  const checkpoint = await readNamed(storage, path, loadFrom === undefined ? workDir : undefined)
  if (!resume || checkpoint.meta.hookloopVersion !== '') return { checkpoint, path, resume }
  disposeTensors({ ...checkpoint })
  throw new HookloopError(
    'HL_RESUME_WEIGHTS_ONLY',
    `${path} cannot be resumed: it holds weights only and was not saved by a Runner; use loadFrom without resume`,
  )
}

/** @param workDir given where its `last_checkpoint` named the file */
async function readNamed(storage: Storage, path: string, workDir: WorkDir | undefined): Promise<Checkpoint> {
  if (workDir === undefined || (await storage.exists(path))) return readCheckpoint(storage, path)
  throw new HookloopError(
    'HL_RESUME_LAST_CHECKPOINT',
    `${workDir.lastCheckpoint} names ${path}, which is not there; write the name of another checkpoint into it, or name ` +
      'one in loadFrom',
  )
}

async function sayNothingToResume(storage: Storage, { path }: WorkDir, logger: Logger): Promise<void> {
  const nothing = `nothing to resume in ${path}: there is no last_checkpoint. Training starts from scratch`
  const files = (await storage.list(path)).filter((name) => name.endsWith('.safetensors'))
  if (files.length === 0) logger.info(nothing)
  else
    logger.warn(
      `${nothing} and replaces ${someOf(files.sort())}; to go on from one of them, stop and name it in loadFrom`,
    )
}

/**
 * Shows a checkpoint to the hooks, puts its weights into the model and, when resuming, the rest where it
 * belongs. Its tensors are freed afterwards.
 * @throws `HL_STATE_MISMATCH`, `HL_RESUME_WITHOUT_TRAINING`
 */
export async function applyCheckpoint(
  runner: Runner,
  { checkpoint, path, resume }: WaitingCheckpoint,
  seed: RunSeed,
): Promise<void> {
  // Hooks may exchange parts; what was read is freed all the same.
  const owned = { ...checkpoint }
  try {
    await runner.hooks.fire.afterLoadCheckpoint(runner, checkpoint)
    loadWeights(runner, checkpoint, path)
    if (resume) restoreRun(runner, checkpoint, path, seed)
  } finally {
    disposeTensors(owned)
  }
}

function loadWeights(runner: Runner, checkpoint: Checkpoint, path: string): void {
  const { model, logger } = runner
  const stateDict = withoutModulePrefix(checkpoint.stateDict)
  const known = Object.keys(model.stateDict())
  if (known.length > 0 && !known.some((name) => Object.hasOwn(stateDict, name))) {
    throw new HookloopError(
      'HL_STATE_MISMATCH',
      `${path} holds nothing of this model: it has ${someOf(Object.keys(stateDict))}, the model has ${someOf(known)}. ` +
        'Load a checkpoint of this model',
    )
  }
  const { missing, unexpected } = model.loadStateDict(stateDict)
  if (missing.length > 0)
    logger.warn(`${path} has no values for ${missing.join(', ')}; they keep their initial ones`)
  if (unexpected.length > 0)
    logger.warn(`${path} has values that the model does not know: ${unexpected.join(', ')}`)
}

// PyTorch's parallel wrappers put it before every name.
function withoutModulePrefix(stateDict: StateDict): StateDict {
  return Object.fromEntries(
    Object.entries(stateDict).map(([name, value]) => [name.replace(/^module\./, ''), value]),
  )
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ') || 'nothing'
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

function restoreRun(runner: Runner, checkpoint: Checkpoint, path: string, seed: RunSeed): void {
  const { meta, loop } = checkpoint
  const { trainLoop, optimWrapper, messageHub, logger } = runner
  if (trainLoop === undefined) throw withoutTrainLoop(path)
  compareSurroundings(runner, checkpoint, seed)
  trainLoop.restore(loop ?? { epoch: meta.epoch, iter: meta.iter, batchInEpoch: 0, validationDue: false })
  if (meta.clock !== undefined) runner.clock.restore(meta.clock)
  if (checkpoint.messageHub !== undefined) messageHub.loadStateDict(checkpoint.messageHub)
  if (checkpoint.optimizer !== undefined) optimWrapper?.loadStateDict(checkpoint.optimizer)
  else
    logger.warn(
      `${path} holds no optimizer: momenta start anew, the learning rate starts at its configured value`,
    )
  restoreSchedulers(runner, checkpoint.paramSchedulers)
  restoreHookStates(runner, checkpoint.hooks)
  logger.info(`resumed from ${path}: epoch ${trainLoop.epoch}, iteration ${trainLoop.iter}`)
}

function withoutTrainLoop(path: string): HookloopError {
  return new HookloopError(
    'HL_RESUME_WITHOUT_TRAINING',
    `${path} cannot be resumed without trainDataloader, trainCfg and optimWrapper; use loadFrom without resume to load its weights only`,
  )
}

function compareSurroundings(runner: Runner, { meta }: Checkpoint, seed: RunSeed): void {
  const { logger } = runner
  if (meta.seed !== seed.common) {
    logger.warn(
      `the seed is ${seed.common} now, but the checkpoint was trained with ${meta.seed}: the data come in another order`,
    )
  }
  const engine = runner.engine.describe()
  if (meta.engine !== engine) {
    logger.warn(
      `the engine is ${engine} now, but the checkpoint was trained on ${meta.engine}: results may differ in the last digits`,
    )
  }
  for (const change of comparePackages(meta.packages, packagesInUse(runner)))
    logger.warn(describeChange(change))
  const datasetMeta = JSON.stringify(runner.trainDataLoader?.dataset.metainfo ?? {})
  if (meta.datasetMeta !== undefined && JSON.stringify(meta.datasetMeta) !== datasetMeta) {
    logger.warn(
      'the metainfo of the training dataset differs from that in the checkpoint; is it the same dataset?',
    )
  }
}

function restoreSchedulers({ paramSchedulers, logger }: Runner, states: StateValue): void {
  if (typeof states !== 'object' || states === null) return
  const lists: readonly (readonly [string, readonly ParamScheduler[], unknown])[] = isList(paramSchedulers)
    ? [['', paramSchedulers, states]]
    : Object.entries(paramSchedulers).map(([name, list]) => [` of ${name}`, list, Reflect.get(states, name)])
  for (const [owner, schedulers, state] of lists) {
    const stored: readonly unknown[] = Array.isArray(state) ? state : []
    if (stored.length !== schedulers.length) {
      logger.warn(
        `the checkpoint holds ${stored.length} parameter schedulers${owner}, this run has ${schedulers.length}: ` +
          'they are resumed in order, and those without a state start anew',
      )
    }
    for (const [index, scheduler] of schedulers.entries()) restoreScheduler(scheduler, stored[index], logger)
  }
}

function restoreScheduler(scheduler: ParamScheduler, state: unknown, logger: Logger): void {
  if (!isStateTree(state)) return
  scheduler.loadStateDict(state)
  for (const change of scheduler.changedArguments ?? []) {
    logger.warn(
      `${paramSchedulerRegistry.nameOf(scheduler)} was resumed with another setting than before: ${change}`,
    )
  }
}
