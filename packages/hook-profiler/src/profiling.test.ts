import type { HookEntry, HookObserver } from '@hookloop/core'
import { Hook, HookDispatcher } from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import type { Profile } from './profile.js'
import { ProfilePlan } from './profile-plan.js'
import { Profiling } from './profiling.js'

class Moves extends Hook {
  constructor(private readonly clock: { ms: number }) {
    super()
  }
  override afterTrainIter(): void {
    this.clock.ms += 1
  }
}

function entryOf(hook: Hook): HookEntry {
  const name = hook.constructor.name
  return { hook, name, key: name, priority: 50, packageName: undefined, before: undefined, after: undefined }
}

/** Profiling of a dispatcher without a run; points are fired as a loop of somebody's own might. */
function profilingOf(plan: ProfilePlan, mostSpans?: number) {
  const clock = { ms: 0 }
  const place = () => ({ epoch: 0, iter: 0 })
  const hooks = new HookDispatcher(place)
  hooks.add(entryOf(new Moves(clock)))
  const profiles: Profile[] = []
  const warnings: string[] = []
  let ends = 0
  const profiling = new Profiling(
    plan,
    {
      origin: { experimentName: 'x', rank: 0 },
      place,
      memory: undefined,
      clock: () => clock.ms,
      ...(mostSpans === undefined ? {} : { mostSpans }),
    },
    {
      report: async (profile) => void profiles.push(profile),
      end: async () => {
        ends += 1
      },
      warn: (message) => void warnings.push(message),
    },
  )
  profiling.begin((observer: HookObserver) => hooks.observe(observer))
  const fire = async (...points: readonly (keyof HookDispatcher['fire'])[]) => {
    for (const point of points) await Reflect.apply(hooks.fire[point], undefined, [])
  }
  return { profiling, hooks, fire, profiles, warnings, ends: () => ends }
}

describe('Profiling', () => {
  it('ends before it fills the memory, and says so', async () => {
    const { hooks, fire, profiles, warnings } = profilingOf(new ProfilePlan(true, 1), 9)
    await fire('beforeTrain')
    for (let iter = 0; iter < 5; iter++) await fire('beforeTrainIter', 'afterTrainIter')
    expect(warnings).toEqual([
      expect.stringMatching(/ends after 3 iterations, because 9 spans .* give a schedule/),
    ])
    expect(profiles.map(({ iterations }) => iterations)).toEqual([3])
    expect(hooks.isObserved).toBe(false)
  })

  it('makes sense of a loop that leaves points out', async () => {
    const { profiling, fire, profiles } = profilingOf(new ProfilePlan(true, 1))
    await fire(
      'beforeTrain',
      'beforeTrainIter',
      'beforeTrainIter',
      'afterTrainIter',
      'afterTrainIter',
      'afterVal',
    )
    await profiling.finish()
    expect(profiles[0]?.rows.map(({ name, calls, total }) => [name, calls, total])).toEqual([
      ['iteration', 2, 1],
      ['step', 2, 0],
      ['afterTrainIter', 2, 2],
      ['Moves', 2, 2],
    ])
  })

  it('reports once, however often it is finished', async () => {
    const { profiling, fire, profiles, ends, hooks } = profilingOf(new ProfilePlan(false, 1))
    await fire('beforeTrain', 'beforeTrainIter', 'afterTrainIter')
    expect([profiles.length, ends(), hooks.isObserved]).toEqual([1, 1, false])
    await profiling.finish()
    await profiling.finish()
    expect([profiles.length, ends()]).toEqual([1, 1])
  })
})
