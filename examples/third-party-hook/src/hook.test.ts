import type { HookConfig } from '@hookloop/core'
import { expectHookContract, HubRecorder, tinyRunner } from '@hookloop/testing'
import { describe, expect, it } from 'vitest'
import { GradientStatisticsHook } from './index.js'

/** What the hub holds of the tiny model's only layer after each training iteration. */
async function recorded(config: HookConfig): Promise<HubRecorder> {
  const recorder = new HubRecorder({ points: ['afterTrainIter'], prefix: 'train/grad.' })
  const runner = tinyRunner({ customHooks: [config, recorder] })
  await runner.train()
  runner.dispose()
  return recorder
}

/** The iterations, counted from 1, that added a value. */
function iterationsWithNews(recorder: HubRecorder, key: string): number[] {
  const values = recorder.entries.map(({ scalars }) => scalars[key])
  return recorder.entries.flatMap(({ iter }, index) =>
    values[index] === values[index - 1] ? [] : [iter + 1],
  )
}

describe('GradientStatisticsHook', () => {
  // Trains, validates, tests, fails and resumes with the hook, and names what it leaves behind or forgets.
  it('keeps the contract of hooks', async () => {
    await expectHookContract(() => new GradientStatisticsHook({ interval: 2 }))
  }, 60_000)

  it('puts the statistics of each layer into the message hub, every so many iterations', async () => {
    const recorder = await recorded({ type: 'GradientStatisticsHook', interval: 4 })
    expect(Object.keys(recorder.entries.at(-1)?.scalars ?? {})).toEqual([
      'train/grad.dense.norm',
      'train/grad.dense.mean',
      'train/grad.dense.std',
      'train/grad.dense.zeros',
      'train/grad.dense.nonFinite',
    ])
    expect(iterationsWithNews(recorder, 'train/grad.dense.norm')).toEqual([4, 8, 12])
    expect(recorder.valuesOf('train/grad.dense.norm').every((norm) => norm > 0)).toBe(true)
    expect(recorder.valuesOf('train/grad.dense.nonFinite').every((count) => count === 0)).toBe(true)
  })

  it('looks at wanted layers only', async () => {
    const { entries } = await recorded({ type: 'GradientStatisticsHook', interval: 1, layers: '^conv' })
    expect(entries.at(-1)?.scalars).toEqual({})
  })

  it.each([
    ['{ "intervall": 5 }', "Did you mean 'interval'?"],
    ['{ "interval": 0 }', 'must be a whole number above 0'],
    ['{ "layers": "(" }', 'must be a regular expression'],
  ])('refuses %s', (options, reason) => {
    expect(() => new GradientStatisticsHook(JSON.parse(options))).toThrow(reason)
  })
})
