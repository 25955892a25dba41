import { disposeTensors, type Hook, HookError, hasCode, reasonOf, type StateTree } from '@hookloop/core'
import { FakeClock } from '../../parts/fake-clock.js'
import { TinyModel } from '../../parts/tiny-model.js'
import { tinyRunner } from '../../parts/tiny-runner.js'
import { EpochEnds } from '../company/epoch-ends.js'
import { FailStep } from '../company/fail.js'
import { InterruptAfter, SaveAtEnd, savedPath } from '../company/interruption.js'
import { LateStorage } from '../company/late-storage.js'
import type { ContractFinding } from '../finding.js'
import { differences, type Portrait } from '../portrait.js'
import type { Look, Stage } from '../rehearsal.js'
import { runPortrait } from '../run-portrait.js'
import { lostFindings, lostSilently } from './lost.js'
import { placeName } from './place-name.js'
import { type ContractSubject, play, standardCompany } from './scene.js'
import type { WholeTraining } from './whole.js'

/** A training that ended before its time, as another process finds it. */
export interface Broken {
  /** Such as `one that was interrupted after iteration 2`. */
  readonly name: string
  readonly storage: LateStorage
  /** What the clock showed. */
  readonly time: number
  /** Finished iterations. */
  readonly iter: number
  /** What could be seen when it was saved. */
  readonly look: Look
}

/** A training that went on from a {@link Broken} one. */
export interface Resumed extends WholeTraining {
  /** What could be seen of the fields after the calls that may lose what was loaded. */
  readonly fieldsAfter: ReadonlyMap<string, Look['fields']>
}

/** After these iterations, from 0: in the first epoch, at the end of the second, in the last one after three validations. */
const interruptions = [1, 5, 10]

/** What the hook forgets over an interruption. @param whole a training that was never interrupted */
export async function resumeFindings(
  subject: ContractSubject,
  whole: WholeTraining,
): Promise<ContractFinding[]> {
  const findings: ContractFinding[] = []
  for (const iter of interruptions) {
    const { broken, found } = await interrupted(subject, iter)
    findings.push(...found)
    if (broken === undefined) continue
    const { resumed, found: foundLater } = await goOn(subject, broken)
    findings.push(...foundLater)
    if (resumed === undefined) continue
    const early = await loadedEarly(subject, broken, whole, resumed)
    findings.push(...lostFindings({ subject, whole, broken, resumed, early }))
    if (findings.length > 0) return findings
  }
  findings.push(...(await afterFailedValidation(subject, whole)), ...(await withoutItsState(subject)))
  return findings
}

async function interrupted(subject: ContractSubject, iter: number) {
  return breakOff(subject, `one that was interrupted after iteration ${iter + 1}`, () => [
    new InterruptAfter(iter),
  ])
}

/** A validation that fails has begun and does not end; what was changed for it must be put back before the run is saved. */
async function afterFailedValidation(
  subject: ContractSubject,
  whole: WholeTraining,
): Promise<ContractFinding[]> {
  const name = 'one in which the second validation fails'
  let trained: Portrait = new Map()
  const { broken, found } = await breakOff(subject, name, () => [
    new FailStep('valStep', 2),
    new EpochEnds((runner) => {
      trained = runPortrait(runner)
    }),
  ])
  if (broken === undefined) return found
  const left = leftChanged(trained, broken)
  if (left.length > 0) return [...found, ...left]
  const { resumed, found: foundLater } = await goOn(subject, broken)
  // The validation is made again, so that counts of its batches are others.
  const weights = resumed === undefined ? [] : lostSilently({ subject, whole, broken, resumed }, /^weights\./)
  return [...found, ...foundLater, ...weights]
}

/** Weights that were changed for a validation and not put back when it failed. */
function leftChanged(trained: Portrait, { look }: Broken): ContractFinding[] {
  return differences(trained, look.run)
    .filter(({ path }) => path.startsWith('weights.'))
    .map(({ path }) => ({
      check: 'failures',
      subject: path,
      message:
        `${placeName(path)} is not what it was before a validation that failed. What is changed for the time of a validation is ` +
        'to be put back in onException too, since afterVal does not come then',
    }))
}

async function breakOff(subject: ContractSubject, name: string, breaking: () => readonly Hook[]) {
  let broken: Broken | undefined
  let stage: Stage | undefined
  let look: Look | undefined
  const save = new SaveAtEnd(() => {
    look = stage?.look()
  })
  const rehearsal = await play(subject, {
    name: name.replace('one ', 'a training '),
    before: standardCompany(),
    somethingFails: true,
    after: [save, ...breaking()],
    act: async (given) => {
      stage = given
      await given.runner.train()
    },
  })
  const { storage, clock, error, findings } = rehearsal
  const found = [...findings, ...unsavable(save.failure)]
  const isBroken = error !== undefined && look !== undefined && save.failure === undefined
  if (
    isBroken &&
    look !== undefined &&
    findings.every(({ check }) => check !== 'errors' && check !== 'failures')
  ) {
    const iter = stage?.runner.iter ?? 0
    broken = { name, storage, time: clock.now(), iter, look }
  }
  return { broken, found }
}

async function goOn(
  subject: ContractSubject,
  { name, storage, time }: Broken,
  prepare?: (stage: Stage) => Promise<void>,
) {
  let look: Look | undefined
  const fieldsAfter = new Map<string, Look['fields']>()
  const { findings, lines } = await play(subject, {
    name: `${name.replace('one ', 'a training ')} and resumed`,
    clock: new FakeClock(time),
    storage: storage.reopened(),
    before: standardCompany(),
    adapt: (options) => ({ ...options, loadFrom: savedPath, resume: true }),
    act: async (stage) => {
      await prepare?.(stage)
      stage.onCallEnd((point) => {
        if (losing.includes(point) && !fieldsAfter.has(point)) fieldsAfter.set(point, stage.fields())
      })
      await stage.runner.train()
      look = await stage.lookAtEnd()
    },
  })
  const resumed: Resumed | undefined = look === undefined ? undefined : { look, lines, fieldsAfter }
  return { resumed, found: findings }
}

const losing = ['loadStateDict', 'beforeTrain', 'beforeTrainEpoch']

/** As {@link goOn}, with the state there before the run begins: then nothing can be read too early. */
async function loadedEarly(subject: ContractSubject, broken: Broken, whole: WholeTraining, resumed: Resumed) {
  const isEqual = lostFindings({ subject, whole, broken, resumed }).length === 0
  if (isEqual) return undefined
  let isLoaded = false
  const { resumed: early } = await goOn(subject, broken, async ({ runner, hook, entry }) => {
    const checkpoint = await runner.loadCheckpoint(savedPath)
    const state = checkpoint.hooks?.[entry.key]
    try {
      if (isTree(state) && hook.loadStateDict !== undefined) {
        hook.loadStateDict(state)
        isLoaded = true
      }
    } catch {
      // It needs what only beforeRun makes.
    } finally {
      disposeTensors({ ...checkpoint })
    }
  })
  return isLoaded ? early : undefined
}

function isTree(value: unknown): value is StateTree {
  return typeof value === 'object' && value !== null
}

/** A run may get the hook only when it is resumed. */
async function withoutItsState(subject: ContractSubject): Promise<ContractFinding[]> {
  const storage = new LateStorage()
  const clock = new FakeClock()
  const runner = tinyRunner({
    ...subject.given(),
    model: () => new TinyModel(),
    ...{ storage, workDir: 'work_dirs/contract', clock },
    customHooks: [...(subject.given().customHooks ?? []), new InterruptAfter(1), new SaveAtEnd()],
  })
  await runner.train().catch(() => undefined)
  runner.dispose()
  runner.model.dispose?.()
  const { findings } = await play(subject, {
    name: 'a training that is resumed from a checkpoint which was saved without it',
    clock,
    storage: storage.reopened(),
    before: standardCompany(),
    adapt: (options) => ({ ...options, loadFrom: savedPath, resume: true }),
    act: async ({ runner }) => runner.train(),
  })
  return [...findings]
}

function unsavable(failure: unknown): ContractFinding[] {
  if (failure === undefined) return []
  const isHook = failure instanceof HookError
  if (!isHook || !hasCode(failure.cause, 'HL_CHECKPOINT_VALUE')) return []
  return [
    {
      check: 'storable',
      subject: reasonOf(failure.cause),
      message: `stateDict() returns what a checkpoint cannot hold: ${reasonOf(failure.cause)}`,
    },
  ]
}
