import type { PlannedPass } from '../step/planned-pass.js'

/** What may tell two updates of the same parameters apart. */
export interface UpdateKind {
  readonly trainable: ReadonlySet<string>
  /** Of several passes that make one update; empty where each pass makes one. */
  readonly accumulation: string
}

/** The update that the next step makes. */
export function updateKindOf(passes: readonly PlannedPass[]): UpdateKind {
  const wrappers = passes.map(({ optimWrapper }) => optimWrapper)
  const params = wrappers.flatMap(({ paramGroups }) => paramGroups.flatMap((group) => group.params))
  return {
    trainable: new Set(params.filter(({ variable }) => variable.trainable).map(({ name }) => name)),
    accumulation: wrappers.map(accumulationOf).join(),
  }
}

/** Why steps with the one update do not fit the graph of the other. */
export function updateDifference(before: UpdateKind, now: UpdateKind): string {
  const frozen = [...before.trainable].filter((name) => !now.trainable.has(name))
  const thawed = [...now.trainable].filter((name) => !before.trainable.has(name))
  if (frozen.length > 0) return `${listed(frozen)} no longer trained`
  if (thawed.length > 0) return `${listed(thawed)} trained now`
  if (before.accumulation !== '' || now.accumulation !== '')
    return 'it is another pass of an accumulation of gradients'
  return 'the optimizer computes something else: a setting of it changed, or which parameters have had a gradient'
}

/** Wrappers of others need not have what ours has. */
function accumulationOf(optimWrapper: object): string {
  const factor = 'lossFactor' in optimWrapper ? optimWrapper.lossFactor : 1
  const updates = 'nextPassUpdates' in optimWrapper ? optimWrapper.nextPassUpdates : true
  return factor === 1 && updates === true ? '' : `${String(factor)} ${String(updates)}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  const text = names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
  return `${text} ${names.length === 1 ? 'is' : 'are'}`
}
