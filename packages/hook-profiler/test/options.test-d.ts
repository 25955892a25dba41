import type { HookConfig } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import type { Profile, ProfilerHookOptions } from '../src/index.js'

it('offers the options of the hook', () => {
  const fromMmengine: HookConfig = {
    type: 'ProfilerHook',
    byEpoch: false,
    profileTimes: 10,
    activityWithCpu: true,
    activityWithCuda: false,
    schedule: { wait: 1, warmup: 1, active: 3, repeat: 1, skipFirst: 2 },
    onTraceReady: { type: 'log_trace', sortBy: 'mean', limit: 20 },
    recordShapes: false,
    profileMemory: true,
    withStack: false,
    withFlops: false,
    jsonTracePath: 'trace.json',
    priority: 'VERY_LOW',
  }
  const filed: HookConfig = { type: 'ProfilerHook', onTraceReady: { type: 'tb_trace', dirName: 'traces' } }
  const handed: ProfilerHookOptions = {
    onTraceReady: (profile) => {
      expectTypeOf(profile).toEqualTypeOf<Profile>()
      expectTypeOf(profile.rows[0]?.share).toEqualTypeOf<number | undefined>()
    },
  }
  const empty: HookConfig = {
    type: 'ProfilerHook',
    schedule: null,
    onTraceReady: null,
    jsonTracePath: null,
  }
  expectTypeOf([fromMmengine, filed, empty]).toExtend<HookConfig[]>()
  expectTypeOf(handed).toExtend<ProfilerHookOptions>()
  // @ts-expect-error: an unknown option
  const unknownOption: HookConfig = { type: 'ProfilerHook', profileIters: 2 }
  // @ts-expect-error: what TensorFlow.js does not tell
  const unable: HookConfig = { type: 'ProfilerHook', activityWithCuda: true }
  // @ts-expect-error: a schedule that never records
  const withoutActive: HookConfig = { type: 'ProfilerHook', schedule: { wait: 1 } }
  // @ts-expect-error: an option of the other kind of report
  const mixed: HookConfig = { type: 'ProfilerHook', onTraceReady: { type: 'log_trace', dirName: 'x' } }
  expectTypeOf([unknownOption, unable, withoutActive, mixed]).toBeArray()
})
