import { packageInfo } from '../package-info.js'
import type { Runner } from '../runner/runner.js'
import type { Checkpoint } from './checkpoint.js'
import { captureHookStates } from './hook-states.js'
import { isStateArray } from './pack-tree.js'
import { packagesInUse } from './packages-in-use.js'
import type { StateValue } from './state-tree.js'

/** Parts that a checkpoint may leave out. */
export interface CheckpointParts {
  /** Default true. */
  readonly saveOptimizer?: boolean
  /** Default true. */
  readonly saveParamScheduler?: boolean
  /** Saves what can be saved: what hooks fail to contribute is logged and left out. Default false. */
  readonly salvage?: boolean
}

/** Everything that a run must remember; tensors are references that belong to their owners. */
export function captureCheckpoint(runner: Runner, parts: CheckpointParts = {}): Checkpoint {
  const { trainLoop, optimWrapper } = runner
  const position = trainLoop?.position()
  const checkpoint: Checkpoint = {
    meta: {
      epoch: position?.epoch ?? runner.epoch,
      iter: position?.iter ?? runner.iter,
      seed: runner.seed,
      experimentName: runner.experimentName,
      time: new Date().toISOString(),
      hookloopVersion: packageInfo.version,
      packages: packagesInUse(runner),
      engine: runner.engine.describe(),
      clock: runner.clock.state(),
      ...(runner.cfgText === '' ? {} : { cfg: runner.cfgText }),
      ...datasetMeta(runner),
    },
    stateDict: runner.model.stateDict(),
    messageHub: runner.messageHub.stateDict(),
  }
  if (parts.saveOptimizer !== false && optimWrapper !== undefined)
    checkpoint.optimizer = optimWrapper.stateDict()
  if (parts.saveParamScheduler !== false && hasSchedulers(runner))
    checkpoint.paramSchedulers = schedulerStates(runner)
  // Without the optimizer a file is for weights only; where training stood does not belong to it.
  if (position !== undefined && checkpoint.optimizer !== undefined) checkpoint.loop = position
  const hooks = captureHookStates(runner, parts.salvage === true)
  if (Object.keys(hooks).length > 0) checkpoint.hooks = hooks
  return checkpoint
}

function hasSchedulers(runner: Runner): boolean {
  return Object.values(runner.paramSchedulers).flat().length > 0
}

function schedulerStates({ paramSchedulers }: Runner): StateValue {
  if (isList(paramSchedulers)) return paramSchedulers.map((scheduler) => scheduler.stateDict())
  return Object.fromEntries(
    Object.entries(paramSchedulers).map(([name, list]) => [
      name,
      list.map((scheduler) => scheduler.stateDict()),
    ]),
  )
}

export function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value)
}

function datasetMeta(runner: Runner): { datasetMeta: StateValue } | Record<string, never> {
  const metainfo = runner.trainDataLoader?.dataset.metainfo
  if (metainfo === undefined || Object.keys(metainfo).length === 0) return {}
  return { datasetMeta: plain(metainfo) }
}

/** The part of a value that JSON can hold. */
function plain(value: unknown): StateValue {
  if (isStateArray(value)) return value
  return JSON.parse(JSON.stringify(value ?? null))
}
