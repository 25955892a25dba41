import { type Engine, hasCode, MemoryStorage, type Model, type Runner } from '@hookloop/core'
import { savedPath } from './company/interruption.js'
import { type Portrait, portraitOf } from './portrait.js'

/** The parts of a run, which hooks may hold on to and which no hook has to bring back. */
export function partsOf(runner: Runner): ReadonlySet<unknown> {
  const { trainDataLoader, valDataLoader, testDataLoader } = runner
  const loaders = [trainDataLoader, valDataLoader, testDataLoader]
  return new Set<unknown>([
    runner,
    ...[
      runner.options,
      runner.logger,
      runner.messageHub,
      runner.logProcessor,
      runner.visualizer,
      runner.storage,
    ],
    ...[runner.dist, runner.hooks, runner.hooks.entries, runner.consoleSink],
    ...[modelOf(runner), engineOf(runner), runner.optimWrapper, runner.paramSchedulers],
    ...[runner.trainLoop, runner.valLoop, runner.testLoop],
    ...[...loaders, ...loaders.map((loader) => loader?.dataset), ...loaders.map((loader) => loader?.sampler)],
    ...runner.hooks.entries.flatMap((entry) => [entry, entry.hook]),
  ])
}

/** What hooks can change in a run and checkpoints keep: weights, settings of the optimizer, histories, facts, position. */
export function runPortrait(runner: Runner): Portrait {
  const { model, optimWrapper, messageHub, trainLoop, epoch, iter } = runner
  const groups = optimWrapper?.paramGroups.map(({ params: _params, ...settings }) => settings)
  const kept = portraitOf({
    epoch,
    iter,
    isStopped: trainLoop?.stopTraining,
    weights: model.stateDict(),
    optimizer: groups,
    messageHub: messageHub.stateDict(),
  })
  return new Map([...kept, ...filesOf(runner).map((name) => [`files.${name}`, 'there'] as const)])
}

/** The model of a run; undefined before it is made. */
export function modelOf(runner: Runner): Model | undefined {
  return whenThere(() => runner.model)
}

function engineOf(runner: Runner): Engine | undefined {
  return whenThere(() => runner.engine)
}

function whenThere<Part>(part: () => Part): Part | undefined {
  try {
    return part()
  } catch (error) {
    if (hasCode(error, 'HL_RUNNER_STATE')) return undefined
    throw error
  }
}

/** Without the times at which processes began: names and folders hold them, and they are others after a resume. */
export function undated(text: string): string {
  return text.replaceAll(/\d{8}_\d{6}/g, '<timestamp>')
}

/** Names of the files in the storage; one name for what each process writes into a folder of its own. */
function filesOf({ storage }: Runner): string[] {
  if (!(storage instanceof MemoryStorage)) return []
  const names = [...storage.files.keys()].map((path) => undated(path))
  return names.filter((name) => !name.endsWith(savedPath))
}
