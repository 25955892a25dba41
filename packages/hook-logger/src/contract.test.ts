import { expectHookContract } from '@hookloop/testing'
import { it } from 'vitest'
import { LoggerHook, type LoggerHookOptions } from './index.js'

it.each<LoggerHookOptions>([
  {},
  { interval: 2, showHookTime: true, outDir: 'copies' },
  { interval: 3, ignoreLast: false, progress: true },
])('keeps the hook contract with %o', (hookOptions) => expectHookContract(LoggerHook, { hookOptions }))
