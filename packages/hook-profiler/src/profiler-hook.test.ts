import { Hook, type Runner } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { soundTrace } from '../test/sound-trace.js'
import { clock, installClock, iterationsOf, timedRun, timesOf, validation } from '../test/timed-run.js'
import { traceChunks } from './chrome-trace.js'
import { ProfilerHook } from './index.js'

beforeEach(installClock)
afterEach(() => vi.restoreAllMocks())

/** Tells at each iteration whether points have their plain functions, those of before the run. */
class PlainWatch extends Hook {
  override readonly priority = 'HIGHEST'
  readonly isPlain: boolean[] = []
  #plain: unknown

  override beforeRun(runner: Runner): void {
    this.#plain ??= runner.hooks.fire
  }

  override beforeTrainIter(runner: Runner): void {
    this.isPlain.push(runner.hooks.fire === this.#plain)
  }
}

describe('ProfilerHook', () => {
  it('measures every hook, point and part of the first epoch and its validation, then is gone', async () => {
    const watch = new PlainWatch()
    const { profiles } = await timedRun({}, { ...validation, hooks: [watch] })
    expect(profiles).toHaveLength(1)
    const [profile] = profiles
    expect(profile?.rows.filter(({ total }) => total > 0)).toEqual([
      { kind: 'loop', name: 'epoch', point: '', calls: 1, total: 47, mean: 47, share: undefined },
      { kind: 'iteration', name: 'iteration', point: '', calls: 4, total: 47, mean: 11.75, share: 1 },
      { kind: 'part', name: 'data', point: '', calls: 4, total: 12, mean: 3, share: 12 / 47 },
      { kind: 'point', name: 'beforeTrainIter', point: '', calls: 4, total: 1, mean: 0.25, share: 1 / 47 },
      {
        kind: 'hook',
        name: 'FastHook',
        point: 'beforeTrainIter',
        calls: 4,
        total: 1,
        mean: 0.25,
        share: 1 / 47,
      },
      { kind: 'part', name: 'step', point: '', calls: 4, total: 28, mean: 7, share: 28 / 47 },
      { kind: 'part', name: 'optimizer step', point: '', calls: 4, total: 8, mean: 2, share: 8 / 47 },
      { kind: 'point', name: 'afterTrainIter', point: '', calls: 4, total: 6, mean: 1.5, share: 6 / 47 },
      {
        kind: 'hook',
        name: 'FastHook',
        point: 'afterTrainIter',
        calls: 4,
        total: 2,
        mean: 0.5,
        share: 2 / 47,
      },
      { kind: 'hook', name: 'SlowHook', point: 'afterTrainIter', calls: 4, total: 4, mean: 1, share: 4 / 47 },
      { kind: 'loop', name: 'validation', point: '', calls: 1, total: 23, mean: 23, share: undefined },
      { kind: 'iteration', name: 'validation iteration', point: '', calls: 2, total: 16, mean: 8, share: 1 },
      { kind: 'part', name: 'validation data', point: '', calls: 2, total: 6, mean: 3, share: 6 / 16 },
      { kind: 'part', name: 'validation step', point: '', calls: 2, total: 10, mean: 5, share: 10 / 16 },
      { kind: 'part', name: 'evaluation', point: '', calls: 1, total: 7, mean: 7, share: undefined },
    ])
    // The fifth iteration is the first of the second epoch.
    expect(watch.isPlain).toEqual([false, false, false, false, true, true, true, true])
  })

  it('lists hooks only at points that they implement', async () => {
    const { profiles } = await timedRun({})
    const hooks = profiles.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'hook'))
    expect(hooks.map(({ name, point }) => `${name} ${point}`)).toEqual([
      'FastHook beforeTrain',
      ...['FastHook beforeTrainIter', 'FastHook afterTrainIter', 'SlowHook afterTrainIter'],
    ])
    const points = profiles.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'point'))
    expect(points.map(({ name }) => name)).toEqual(['beforeTrain', 'beforeTrainIter', 'afterTrainIter'])
  })

  it('ends after so many iterations, and then costs nothing', async () => {
    const watch = new PlainWatch()
    const { profiles } = await timedRun({ byEpoch: false, profileTimes: 3 }, { hooks: [watch] })
    expect(profiles.map(iterationsOf)).toEqual([[0, 1, 2]])
    expect(profiles.map(({ end }) => end)).toEqual([3 * 11.75])
    expect(watch.isPlain).toEqual([false, false, false, true, true, true, true, true])
  })

  it('records what a schedule says, over epochs', async () => {
    const schedule = { skipFirst: 1, wait: 1, active: 2, repeat: 2 }
    const watch = new PlainWatch()
    const { profiles } = await timedRun({ byEpoch: false, profileTimes: 8, schedule }, { hooks: [watch] })
    expect(profiles.map(iterationsOf)).toEqual([
      [2, 3],
      [5, 6],
    ])
    expect(profiles.map(({ cycle, begin, end }) => [cycle, begin, end])).toEqual([
      [1, 2 * 11.75, 4 * 11.75],
      [2, 5 * 11.75, 7 * 11.75],
    ])
    // Each cycle has its part of the epoch.
    expect(profiles.map((profile) => timesOf(profile).epoch)).toEqual([
      [1, 23.5],
      [1, 23.5],
    ])
    expect(watch.isPlain.lastIndexOf(false)).toBe(6)
  })

  it('leaves the time of its own reports out', async () => {
    const seen: string[] = []
    const { profiles } = await timedRun({
      byEpoch: false,
      profileTimes: 4,
      schedule: { active: 1 },
      onTraceReady: async (profile) => {
        await Promise.resolve()
        clock.ms += 100
        seen.push(JSON.stringify([timesOf(profile).data, profile.end - profile.begin]))
      },
    })
    expect(profiles).toEqual([])
    expect(seen).toEqual(['[[1,3],11.75]', '[[1,3],11.75]', '[[1,3],11.75]', '[[1,3],11.75]'])
  })

  it('takes a validation between iterations for no wait for data', async () => {
    const { profiles } = await timedRun(
      { byEpoch: false, profileTimes: 6 },
      { ...validation, trainCfg: { byEpoch: false, maxIters: 6, valInterval: 2 } },
    )
    const times = profiles.map(timesOf)
    expect(times).toMatchObject([{ data: [6, 18], validation: [2, 46], epoch: [1, 6 * 11.75 + 46] }])
  })

  it('profiles an iteration-based run as one epoch', async () => {
    const { profiles } = await timedRun({}, { trainCfg: { byEpoch: false, maxIters: 5 } })
    expect(profiles.map(iterationsOf)).toEqual([[0, 1, 2, 3, 4]])
  })

  it('puts a validation that a hook makes inside the hook', async () => {
    class Judge extends Hook {
      override async afterTrainIter(runner: Runner): Promise<void> {
        if (runner.iter === 1) await runner.valLoop?.run()
      }
    }
    const { profiles } = await timedRun(
      { byEpoch: false, profileTimes: 3 },
      { ...validation, hooks: [new Judge()] },
    )
    expect(profiles.map(timesOf)).toMatchObject([
      {
        iteration: [3, 3 * 11.75 + 23],
        data: [3, 9],
        'Judge at afterTrainIter': [3, 23],
        validation: [1, 23],
      },
    ])
    expect(() => soundTrace(Buffer.concat([...traceChunks(profiles)]).toString())).not.toThrow()
  })

  it('sees updates only where accumulation makes them', async () => {
    const { profiles } = await timedRun(
      {},
      { optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 }, accumulativeCounts: 2 } },
    )
    expect(profiles.map(timesOf)).toMatchObject([{ step: [4, 24], 'optimizer step': [2, 4] }])
  })

  it('measures hooks of the optimizer step inside the step', async () => {
    class Clip extends Hook {
      override beforeOptimStep(): void {
        clock.ms += 0.5
      }
      override afterOptimStep(): void {
        clock.ms += 0.25
      }
    }
    const { profiles } = await timedRun({}, { hooks: [new Clip()] })
    expect(profiles.map(timesOf)).toMatchObject([
      {
        step: [4, 31],
        'optimizer step': [4, 8],
        'Clip at beforeOptimStep': [4, 2],
        'Clip at afterOptimStep': [4, 1],
      },
    ])
  })

  it('profiles the first run of a Runner, be it a validation, and no other', async () => {
    const judge = async (runner: Runner) => {
      await runner.val()
      await runner.train()
    }
    const { profiles } = await timedRun({}, validation, judge)
    expect(profiles.map(timesOf)).toMatchObject([{ validation: [1, 23], 'validation iteration': [2, 16] }])
    const short = await timedRun({ byEpoch: false, profileTimes: 1 }, validation, judge)
    expect(short.profiles.map(timesOf)).toMatchObject([{ 'validation iteration': [1, 8] }])
  })

  it('refuses to profile more than the run has', async () => {
    const { error } = await timedRun({ byEpoch: false, profileTimes: 9 })
    expect(String(error)).toMatch(
      /ProfilerHook of @hookloop\/hook-profiler .* failed in beforeRun .*profileTimes is 9, but the run has 8 iterations.*HL_PROFILER_TIMES/,
    )
  })

  it('counts from where a run is resumed', async () => {
    class SaveInTheMiddle extends Hook {
      override async afterTrainIter(runner: Runner): Promise<void> {
        if (runner.iter === 1)
          await runner.saveCheckpoint(runner.storage.join(runner.workDir, 'middle.safetensors'))
      }
    }
    let again: Awaited<ReturnType<typeof timedRun>> | undefined
    await timedRun({}, { hooks: [new SaveInTheMiddle()] }, undefined, async ({ workDir, storage }) => {
      installClock()
      again = await timedRun({}, { loadFrom: storage.join(workDir, 'middle.safetensors'), resume: true })
    })
    expect(again?.error).toBeUndefined()
    expect(again?.profiles.map(iterationsOf)).toEqual([[2, 3]])
  })

  it('holds no tensors', async () => {
    const growthOf = async (customHooks: readonly Hook[]) => {
      const before = tf.memory().numTensors
      await timedRun({}, { customHooks })
      return tf.memory().numTensors - before
    }
    const plain = await growthOf([])
    expect(await growthOf([new ProfilerHook({ profileMemory: true })])).toBe(plain)
  })

  it('lets go of the run when it is disposed of', async () => {
    const profiler = new ProfilerHook()
    await timedRun({}, { customHooks: [profiler] }, async (runner) => {
      profiler.beforeRun(runner)
      expect(runner.hooks.isObserved).toBe(true)
      profiler.dispose()
      expect(runner.hooks.isObserved).toBe(false)
    })
  })

  it('notes what tfjs holds after each iteration', async () => {
    const { profiles } = await timedRun({ byEpoch: false, profileTimes: 2, profileMemory: true })
    const [{ memory } = { memory: [] }] = profiles
    expect(memory.map(({ time }) => time)).toEqual([11.75, 23.5])
    expect(memory[0]?.numTensors).toBe(memory[1]?.numTensors)
    expect(memory[0]?.numBytes).toBeGreaterThan(0)
  })

  it('takes a config of MMEngine with its default values', async () => {
    const config = JSON.parse(`{
      "byEpoch": true, "profileTimes": 1, "activityWithCpu": true, "activityWithCuda": false, "schedule": null,
      "onTraceReady": null, "recordShapes": false, "profileMemory": false, "withStack": false, "withFlops": false,
      "jsonTracePath": null
    }`)
    const { lines } = await timedRun(config)
    expect(lines).toEqual([
      'ProfilerHook: profiling begins',
      expect.stringMatching(/^ProfilerHook: Profile 1: 4 training iterations in 47\.000 ms\nname +at +calls/),
    ])
  })

  it.each([
    [{ profileTimes: 3 }, /ProfilerHook\.profileTimes: is 3, but must be 1 where byEpoch is true/],
    [{ byEpoch: false, profileTimes: 0 }, /profileTimes: is 0, but must be a whole number from 1/],
    [{ activityWithCpu: false }, /activityWithCpu: is false, but must be true/],
    [{ activityWithCuda: true }, /activityWithCuda: is true, .*does not tell times of a device/],
    [{ recordShapes: true }, /recordShapes: is true, .*shapes of operators/],
    [{ withStack: true }, /withStack: is true/],
    [{ withFlops: true }, /withFlops: is true, .*floating point/],
    [{ jsonTracePath: 'trace.txt' }, /jsonTracePath: is 'trace.txt', but must be .*\.json/],
    [{ jsonTracePath: 'traces/.json' }, /jsonTracePath/],
    [
      { onTraceReady: 'log_trace' },
      /onTraceReady: is 'log_trace', but must be a function, \{ type: 'log_trace' \}/,
    ],
    [{ onTraceReady: { type: 'log' } }, /onTraceReady: is an object, but must be a function/],
    [{ onTraceReady: { type: 'log_trace', sortBy: 'cpu' } }, /onTraceReady\.sortBy: is 'cpu', .*total, mean/],
    [{ onTraceReady: { type: 'tb_trace', workerName: 'a' } }, /onTraceReady\.workerName: is not an option/],
    [{ schedule: { wait: 1 } }, /schedule\.active: is missing/],
    [{ schedule: { active: 0 } }, /schedule\.active: is 0/],
    [{ schedule: 5 }, /schedule: is 5, but must be an object/],
    [
      { byEpoch: false, profileTimes: 4, schedule: { skipFirst: 2, wait: 2, active: 1 } },
      /schedule: is an object, but must begin to record within profileTimes/,
    ],
    [{ profileTime: 3 }, /Did you mean 'profileTimes'/],
  ])('refuses %j', (options, message) => {
    expect(() => new ProfilerHook(JSON.parse(JSON.stringify(options)))).toThrow(message)
  })
})
