import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { ProfilerHook, type ProfilerHookOptions } from './index.js'

it.each<ProfilerHookOptions>([
  {},
  { byEpoch: false, profileTimes: 4, profileMemory: true, jsonTracePath: 'trace.json' },
])('keeps the hook contract with %o', (hookOptions) => expectHookContract(ProfilerHook, { hookOptions }))
