import { Hook, HookloopError, hasCode, type Runner, type RunnerOptions, type TrainCfg } from '@hookloop/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckpointHookOptions } from '../src/index.js'
import { batches, free, makeRunner, stateOf } from './support.js'
import { checkpointsIn, noteIn, withFolder } from './temporary-folder.js'

/** How a run ends early: a request like Ctrl-C, or an error in a hook, after so many batches. */
interface Ending {
  readonly batches: number
  /** How; by an error after a batch, or while the optimizer updates on it. */
  readonly by: 'interruption' | 'error' | 'error before update' | 'error after update'
}

/** Ends a run after some of its batches; those of training and of validation are counted together. */
class Ender extends Hook {
  #left: number

  constructor(private readonly ending: Ending) {
    super()
    this.#left = ending.batches
  }

  override beforeOptimStep(): void {
    if (this.ending.by === 'error before update' && this.#left === 0) throw new Error('ended early')
  }

  override afterOptimStep(): void {
    if (this.ending.by === 'error after update' && this.#left === 0) throw new Error('ended early')
  }

  override afterIter(runner: Runner): void {
    if (this.#left-- !== 0) return
    if (this.ending.by === 'error') throw new HookloopError('HL_TEST', 'an error of a test')
    runner.interrupt('a test')
  }
}

const never: Ending = { batches: Number.POSITIVE_INFINITY, by: 'interruption' }

type Setting = Pick<RunnerOptions, 'trainCfg'> & { readonly checkpoint: CheckpointHookOptions }

/** Trains to the end, ended early as often as there are endings. @returns what is left in the end */
async function train(workDir: string, { trainCfg, checkpoint }: Setting, endings: readonly Ending[]) {
  for (const [index, ending] of [...endings, never].entries()) {
    const runner = makeRunner({
      workDir,
      ...(trainCfg === undefined ? {} : { trainCfg }),
      defaultHooks: { checkpoint },
      customHooks: [new Ender(ending)],
      resume: index > 0,
    })
    try {
      await runner.train()
      return {
        state: await stateOf(runner),
        files: await checkpointsIn(workDir),
        note: await noteIn(workDir),
      }
    } catch (error) {
      if (!hasCode(error, 'HL_INTERRUPTED') && !hasCode(error, 'HL_HOOK_FAILED')) throw error
    } finally {
      free(runner)
    }
  }
  throw new Error('the last part of a run is not ended early')
}

function trainIn(setting: Setting, endings: readonly Ending[]) {
  return withFolder((workDir) => train(workDir, setting, endings))
}

const loops: readonly [string, TrainCfg][] = [
  ['epochs', { maxEpochs: 3, valInterval: 2 }],
  ['iterations', { byEpoch: false, maxIters: 3 * batches, valInterval: 5 }],
]

describe.each(loops)('a run by %s', (_name, trainCfg) => {
  it.each([
    { byEpoch: true, interval: 1, saveBest: 'loss', maxKeepCkpts: 1 },
    { byEpoch: false, interval: 5, saveBest: ['loss', 'acc'], maxKeepCkpts: 2 },
  ] satisfies CheckpointHookOptions[])(
    'ends in the same bits wherever it was interrupted, with %j',
    async (checkpoint) => {
      const setting: Setting = { trainCfg, checkpoint }
      const whole = await trainIn(setting, [])
      const validationBatches = 6
      for (let count = 0; count < 3 * batches + validationBatches; count++) {
        const ending: Ending = { batches: count, by: 'interruption' }
        expect(await trainIn(setting, [ending]), `interrupted after ${count} batches`).toEqual(whole)
      }
    },
  )
})

describe('any run', () => {
  const checkpoints = fc.record(
    {
      interval: fc.integer({ min: -1, max: 5 }),
      byEpoch: fc.boolean(),
      maxKeepCkpts: fc.integer({ min: -1, max: 3 }),
      saveBest: fc.constantFrom('loss', 'acc', 'auto', ['acc', 'loss']),
      saveBegin: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: [] },
  )
  const plans: fc.Arbitrary<TrainCfg> = fc.oneof(
    fc.record({ maxEpochs: fc.integer({ min: 1, max: 3 }), valInterval: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      byEpoch: fc.constant<false>(false),
      maxIters: fc.integer({ min: 1, max: 9 }),
      valInterval: fc.integer({ min: 1, max: 4 }),
    }),
  )
  const endings: fc.Arbitrary<Ending[]> = fc.array(
    fc.record({
      batches: fc.integer({ min: 0, max: 9 }),
      by: fc.constantFrom<Ending['by'][]>(
        'interruption',
        'error',
        'error before update',
        'error after update',
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )

  it('ends in the same bits and files however often it was ended early', async () => {
    await fc.assert(
      fc.asyncProperty(plans, checkpoints, endings, async (trainCfg, checkpoint, early) => {
        const setting = { trainCfg, checkpoint }
        expect(await trainIn(setting, early)).toEqual(await trainIn(setting, []))
      }),
      { numRuns: 25 },
    )
  })
})

describe('a run that ends in its last validation', () => {
  it('validates once more when it is resumed, and never again', async () => {
    await withFolder(async (workDir) => {
      let validations = 0
      class Counter extends Hook {
        override beforeVal(): void {
          validations += 1
        }
      }
      const attempt = async (ending: Ending, resume: boolean) => {
        const runner = makeRunner({
          workDir,
          resume,
          trainCfg: { maxEpochs: 2 },
          defaultHooks: { checkpoint: { interval: 1 } },
          customHooks: [new Ender(ending), new Counter()],
        })
        await runner.train().catch((error: unknown) => {
          if (!hasCode(error, 'HL_INTERRUPTED')) throw error
        })
        free(runner)
      }
      // Two epochs, the validation between them, and one batch of the last.
      await attempt({ batches: 2 * batches + 3 + 1, by: 'interruption' }, false)
      expect(validations).toBe(2)
      await attempt(never, true)
      expect(validations).toBe(3)
      await attempt(never, true)
      expect(validations).toBe(3)
    })
  })
})

describe('a hook that cannot give its state', () => {
  class Broken extends Hook {
    #iterations = 0

    override afterTrainIter(): void {
      this.#iterations += 1
    }

    override stateDict() {
      if (this.#iterations > 3) throw new Error('the state is gone')
      return { iterations: this.#iterations }
    }
  }

  it('is named, and everything else is saved', async () => {
    await withFolder(async (workDir) => {
      const setting = {
        workDir,
        trainCfg: { maxEpochs: 2 },
        defaultHooks: { checkpoint: { interval: 2 } },
      } as const
      const runner = makeRunner({ ...setting, customHooks: [new Broken()] })
      await expect(runner.train()).rejects.toThrow(/Broken failed in stateDict at epoch 1.*the state is gone/)
      free(runner)
      expect(await checkpointsIn(workDir)).toEqual([`interrupted_iter_${2 * batches}.safetensors`])
      const resumed = makeRunner({ ...setting, resume: true })
      await resumed.train()
      const whole = await withFolder(async (other) => {
        const untouched = makeRunner({ ...setting, workDir: other })
        await untouched.train()
        const state = await stateOf(untouched)
        free(untouched)
        return state
      })
      expect(await stateOf(resumed)).toEqual(whole)
      free(resumed)
    })
  })
})
