import type { HookConfig } from '@hookloop/core'
import { expectHookContract, HubRecorder, tinyRunner } from '@hookloop/testing'
import { describe, expect, it } from 'vitest'
import { TemplateHook } from './index.js'

describe('TemplateHook', () => {
  // Trains, validates, tests, fails and resumes with the hook, and names what it leaves behind or forgets.
  it('keeps the contract of hooks', async () => {
    await expectHookContract(() => new TemplateHook({ interval: 1 }))
  }, 60_000)

  it('logs the lowest loss so far', async () => {
    const config: HookConfig = { type: 'TemplateHook', interval: 2 }
    const recorder = new HubRecorder()
    const runner = tinyRunner({ customHooks: [config, recorder] })
    await runner.train()
    runner.dispose()
    const lowest = recorder.valuesOf('train/lowest')
    expect(lowest).toEqual([...lowest].sort((a, b) => b - a))
    expect(lowest.at(-1)).toBeGreaterThan(0)
  })

  it('names the option that was meant', () => {
    const options = JSON.parse('{ "intervall": 5 }')
    expect(() => new TemplateHook(options)).toThrow("Did you mean 'interval'?")
  })
})
