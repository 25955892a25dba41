import type { ContractFinding } from '../finding.js'
import { type Difference, differences, type Portrait } from '../portrait.js'
import type { HookLine, Look } from '../rehearsal.js'
import { placeName, shortened } from './place-name.js'
import type { Broken, Resumed } from './resume.js'
import type { ContractSubject } from './scene.js'
import type { WholeTraining } from './whole.js'

/** A training that was never interrupted beside one that was. */
export interface Comparison {
  readonly subject: ContractSubject
  readonly whole: WholeTraining
  readonly broken: Broken
  readonly resumed: Resumed
  /** The same as `resumed`, with the state loaded before beforeRun too; undefined where that cannot be done. */
  readonly early?: Resumed | undefined
}

/** What the hook lost over the interruption: fields, else its state, else what it did to the run, else what it wrote. */
export function lostFindings(comparison: Comparison): ContractFinding[] {
  const fields = lostFields(comparison)
  if (fields.length > 0) return fields
  const state = lostState(comparison)
  if (state.length > 0) return state
  const run = lostSilently(comparison)
  return run.length > 0 ? run : lostLines(comparison)
}

function lostFields(comparison: Comparison): ContractFinding[] {
  const { whole, resumed, broken, early, subject } = comparison
  return differences(whole.look.fields, resumed.look.fields)
    .filter(({ path }) => !subject.isTransient(path))
    .map((difference) => {
      const { path } = difference
      const what = `the field '${path}' is ${unlike(difference, broken)}`
      if (isMendedBy(early, 'fields', whole, path)) return readEarly(path, what)
      return { check: 'resume', subject: path, message: `${what}. ${whyLost(path, comparison)}` }
    })
}

function whyLost(path: string, { broken, resumed }: Comparison): string {
  const [field = path] = path.split(/[.[]/)
  const saved = broken.look.fields.get(path)
  const transient = `where a new process may begin it anew, declare it: transient: ['${field}']`
  const overwriting = overwrittenBy(path, saved, resumed.fieldsAfter)
  if (overwriting !== undefined)
    return `loadStateDict brings it back, and ${overwriting} sets it anew: leave it alone there when runner.isResumed`
  if (hasKey(broken.look.state, field))
    return `stateDict() has '${field}', but loadStateDict() does not put back what was saved; or ${transient}`
  return `It changes in training and is not in stateDict(): return it there and take it back in loadStateDict(), or, ${transient}`
}

/** The point that set what had been loaded to something else. */
function overwrittenBy(
  path: string,
  saved: string | undefined,
  fieldsAfter: ReadonlyMap<string, Portrait>,
): string | undefined {
  if (fieldsAfter.get('loadStateDict')?.get(path) !== saved) return undefined
  return ['beforeTrain', 'beforeTrainEpoch'].find((point) => {
    const fields = fieldsAfter.get(point)
    return fields !== undefined && fields.get(path) !== saved
  })
}

function hasKey(state: Portrait, key: string): boolean {
  return [...state.keys()].some(
    (path) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`),
  )
}

function lostState({ whole, resumed, broken, early, subject }: Comparison): ContractFinding[] {
  return differences(whole.look.state, resumed.look.state)
    .filter(({ path }) => !subject.isTransient(path))
    .map((difference) => {
      const { path } = difference
      const what = `'${path}' in what stateDict() returns is ${unlike(difference, broken)}`
      if (isMendedBy(early, 'state', whole, path)) return readEarly(path, what)
      const remedy = 'loadStateDict() must put it back so that training goes on with it'
      return { check: 'resume', subject: path, message: `${what}. ${remedy}` }
    })
}

/** What differs in the run itself, though nothing that can be seen of the hook does. @param where paths that count */
export function lostSilently({ whole, resumed, broken, early }: Comparison, where = /^/): ContractFinding[] {
  const found = differences(whole.look.run, resumed.look.run).filter(({ path }) => where.test(path))
  return found.slice(0, mostShown).map((difference) => {
    const { path } = difference
    const what = `${placeName(path)} is ${unlike(difference, broken)}`
    if (isMendedBy(early, 'run', whole, path)) return readEarly(path, what)
    return { check: 'resume', subject: path, message: `${what}. ${silentRemedy}` }
  })
}

const mostShown = 3

const silentRemedy =
  'The hook does it with something that it forgets: a #private field, or a variable in a closure. Return it in stateDict() and ' +
  'take it back in loadStateDict()'

/** Lines of points that come once in each process say what they say. */
const startPoints = [
  'beforeRun',
  'afterLoadCheckpoint',
  'loadStateDict',
  'beforeTrain',
  'beforeTrainEpoch',
  'stateDict',
]

function lostLines({ whole, resumed, broken }: Comparison): ContractFinding[] {
  const later = ({ point, iter }: HookLine) => iter >= broken.iter && !startPoints.includes(point)
  const [first, second] = [whole.lines.filter(later), resumed.lines.filter(later)]
  const index = first.findIndex(({ message }, position) => message !== second[position]?.message)
  const [wanted, found] = [first[index], second[index]]
  if (wanted === undefined) return []
  const instead = found === undefined ? 'nothing' : `'${found.message}'`
  return [
    {
      check: 'resume',
      subject: `log ${wanted.point}`,
      message:
        `${wanted.point} logs '${wanted.message}' at iteration ${wanted.iter} of a training that was never interrupted, but ` +
        `${instead} in ${broken.name} and resumed. ${silentRemedy}`,
    },
  ]
}

function unlike({ first, second }: Difference, broken: Broken): string {
  return (
    `${shortened(first)} after a training that was never interrupted, but ${shortened(second)} after ${broken.name} ` +
    'and resumed'
  )
}

function isMendedBy(
  early: Resumed | undefined,
  part: keyof Look,
  whole: WholeTraining,
  path: string,
): boolean {
  return early !== undefined && early.look[part].get(path) === whole.look[part].get(path)
}

function readEarly(subject: string, what: string): ContractFinding {
  return {
    check: 'earlyReads',
    subject,
    message:
      `${what}. With the state there from the begin it would be right: beforeRun or afterLoadCheckpoint uses it, but ` +
      'loadStateDict brings it back only after them. Use it from beforeTrain on, or in loadStateDict',
  }
}
