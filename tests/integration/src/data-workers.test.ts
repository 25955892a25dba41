import { Hook, InterruptedError, MemoryStorage, type Runner, type RunnerOptions } from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-runtime-info'
import { withRunner } from '@hookloop-tests/support'
import { describe, expect, it } from 'vitest'
import NoisyLine from '../fixtures/noisy-line.mjs'

/** A run of three epochs of ten batches, judged after each. */
function withLoaders<Result>(
  numWorkers: number,
  options: Partial<RunnerOptions>,
  action: (runner: Runner) => Promise<Result>,
): Promise<Result> {
  const loader = { dataset: new NoisyLine({ length: 20 }), batchSize: 2, numWorkers }
  return withRunner(
    {
      trainDataloader: loader,
      trainCfg: { maxEpochs: 3 },
      valDataloader: { ...loader, persistentWorkers: false },
      valEvaluator: [],
      ...options,
    },
    action,
  )
}

/** Loss of each iteration and the weight at the end, which differ where any batch does. */
async function traces(runner: Runner): Promise<unknown[]> {
  await runner.train()
  const losses = await runner.messageHub.getScalar('train/loss').data()
  const weights = Object.values(runner.model.parameters()).map((weight) => [...weight.dataSync()])
  return [[...losses.values], weights]
}

/** Interrupts a run in the middle of its second epoch. */
class InterruptAt extends Hook {
  constructor(private readonly iter: number) {
    super()
  }

  override afterTrainIter(runner: Runner): void {
    if (runner.iter === this.iter) runner.interrupt('the test')
  }
}

function threads(): number {
  const report: { workers?: readonly unknown[] } = JSON.parse(JSON.stringify(process.report.getReport()))
  return report.workers?.length ?? expect.fail('the report lists no workers')
}

/** Counts threads in the middle of training. */
class CountThreads extends Hook {
  seen: number | undefined
  override beforeTrainIter(runner: Runner): void {
    if (runner.iter === 7) this.seen = threads()
  }
}

describe('training with data workers', () => {
  it('gives the bits of training without them, by epochs and by iterations', async () => {
    for (const trainCfg of [{ maxEpochs: 3 }, { byEpoch: false, maxIters: 25 }] as const) {
      const alone = await withLoaders(0, { trainCfg }, traces)
      const count = new CountThreads()
      expect(await withLoaders(2, { trainCfg, customHooks: [count] }, traces)).toEqual(alone)
      expect(count.seen).toBe(2)
      expect(threads()).toBe(0)
    }
  })

  it('goes on in the middle of an epoch as if it had never stopped, with any number of workers', async () => {
    const alone = await withLoaders(0, {}, traces)
    const storage = new MemoryStorage()
    const kept = { storage, workDir: 'kept' }
    const interrupted = withLoaders(3, { ...kept, customHooks: [new InterruptAt(13)] }, traces)
    await expect(interrupted).rejects.toBeInstanceOf(InterruptedError)
    expect(threads()).toBe(0)
    expect(await withLoaders(2, { ...kept, resume: true }, traces)).toEqual(alone)
  })

  it('leaves no thread behind when a hook fails', async () => {
    class Failing extends Hook {
      override afterTrainIter(): void {
        throw new Error('on purpose')
      }
    }
    await expect(withLoaders(2, { customHooks: [new Failing()] }, traces)).rejects.toThrow('on purpose')
    expect(threads()).toBe(0)
  })
})
