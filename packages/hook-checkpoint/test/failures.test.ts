import { createHash } from 'node:crypto'
import {
  Hook,
  HookError,
  hasCode,
  hookPoints,
  MemoryStorage,
  type Priority,
  type RunnerOptions,
} from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import type { CheckpointHookOptions } from '../src/index.js'
import { copyOf, FailingStorage } from './failing-storage.js'
import { free, makeRunner, stateOf } from './support.js'

const workDir = '/work'
const never = Number.POSITIVE_INFINITY

const settings: readonly (Pick<RunnerOptions, 'trainCfg'> & { checkpoint: CheckpointHookOptions })[] = [
  { trainCfg: { maxEpochs: 3 }, checkpoint: { interval: 1, maxKeepCkpts: 1, saveBest: ['loss', 'acc'] } },
  {
    trainCfg: { maxEpochs: 3 },
    checkpoint: { interval: 2, byEpoch: false, saveBest: 'acc', maxKeepCkpts: 2 },
  },
  {
    trainCfg: { byEpoch: false, maxIters: 7, valInterval: 2 },
    checkpoint: { interval: 3, byEpoch: false, saveBest: 'loss', maxKeepCkpts: 2 },
  },
]

interface Outcome {
  readonly error: unknown
  readonly state: unknown
  readonly files: readonly string[]
}

async function train(
  storage: MemoryStorage,
  { trainCfg, checkpoint }: (typeof settings)[number],
  resume = false,
  customHooks: readonly Hook[] = [],
): Promise<Outcome> {
  const runner = makeRunner({
    workDir,
    storage,
    resume,
    customHooks,
    ...(trainCfg === undefined ? {} : { trainCfg }),
    defaultHooks: { checkpoint },
  })
  let error: unknown
  try {
    await runner.train()
  } catch (thrown) {
    error = thrown
  }
  const state = await stateOf(runner)
  free(runner)
  const files = [...storage.files.keys()].filter((path) => path.endsWith('.safetensors')).sort()
  return { error, state, files }
}

/** Tells stores apart by what a resumed run finds in them. */
function fingerprintOf({ files }: MemoryStorage): string {
  return [...files]
    .filter(([path]) => /safetensors|last_checkpoint/.test(path))
    .map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`)
    .sort()
    .join()
}

function causeOf(error: unknown): unknown {
  return error instanceof HookError ? error.cause : undefined
}

/** Copies all files at every point of a run: what a kill at that moment would leave. */
class Photographer extends Hook {
  readonly copies: { readonly at: string; readonly storage: MemoryStorage }[] = []

  constructor(
    storage: MemoryStorage,
    override readonly priority: Priority,
  ) {
    super()
    const synchronous = ['beforeOptimStep', 'afterOptimStep']
    for (const point of hookPoints.filter((name) => !synchronous.includes(name)))
      Reflect.set(this, point, () => this.copies.push({ at: point, storage: copyOf(storage) }))
  }
}

describe.each(settings)('with %j', (setting) => {
  it('a kill at any point of the run loses nothing and leaves nothing behind', async () => {
    const storage = new MemoryStorage()
    const photographers = [new Photographer(storage, 'HIGHEST'), new Photographer(storage, 'LOWEST')]
    const whole = await train(storage, setting, false, photographers)
    const distinct = new Map<string, (typeof photographers)[number]['copies'][number]>()
    for (const copy of photographers.flatMap(({ copies }) => copies))
      distinct.set(fingerprintOf(copy.storage), copy)
    expect(distinct.size).toBeGreaterThan(5)
    for (const { at, storage: left } of distinct.values())
      expect(await train(left, setting, true), `killed at ${at}`).toEqual(whole)
  })

  it('a crash at any change of a file loses nothing and leaves nothing behind', async () => {
    const working = new FailingStorage(never, true)
    const whole = await train(working, setting)
    expect(whole.error).toBeUndefined()
    expect(working.changes).toBeGreaterThan(5)
    for (let change = 0; change < working.changes; change++) {
      const crashing = new FailingStorage(change, true)
      const { error } = await train(crashing, setting)
      if (error !== undefined) expect(hasCode(causeOf(error), 'HL_STORAGE_WRITE')).toBe(true)
      expect(await train(copyOf(crashing), setting, true), `crash at change ${change}`).toEqual(whole)
    }
  })

  it('a single failure ends or only warns, and the run goes on exactly where it ended', async () => {
    const working = new FailingStorage(never, false)
    const whole = await train(working, setting)
    for (let change = 0; change < working.changes; change++) {
      const failing = new FailingStorage(change, false)
      const { error, state } = await train(failing, setting)
      if (error !== undefined) expect(hasCode(causeOf(error), 'HL_STORAGE_WRITE')).toBe(true)
      const end = error === undefined ? state : (await train(copyOf(failing), setting, true)).state
      expect(trained(end), `failure of change ${change}`).toEqual(trained(whole.state))
    }
  })
})

/** What training made; which files there are may differ after a failure. */
function trained(state: unknown): unknown {
  const { stateDict, optimizer, paramSchedulers, meta, messageHub } = Object(state)
  return { stateDict, optimizer, paramSchedulers, meta, scalars: Object(messageHub).logScalars }
}
