import { registerHook } from '@hookloop/core'
import { type ProfilerHookOptions, profilerHookSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { ProfilerHook } from './profiler-hook.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    ProfilerHook: ProfilerHookOptions
  }
}

registerHook('ProfilerHook', ProfilerHook, packageInfo, { options: profilerHookSchema })

export { type ChromeTrace, chromeTrace, type TraceEvent } from './chrome-trace.js'
export type { FileTrace, LogTrace, ProfileSchedule, TraceReady } from './options.js'
export type { MemorySample, Profile, ProfileOrigin } from './profile.js'
export { type ProfileOrder, type ProfileTableOptions, profileTable } from './profile-table.js'
export type { Span, SpanFacts, SpanKind } from './span.js'
export type { ProfileRow } from './summary.js'
export { ProfilerHook, type ProfilerHookOptions }
