import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  decodeCheckpoint,
  disposeTensors,
  Hook,
  HookError,
  hasCode,
  MemoryStorage,
  type Metrics,
  Runner,
  type RunnerOptions,
  SingleProcess,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { copyOf, FailingStorage } from './failing-storage.js'
import { batches, free, makeRunner, Scripted, stateOf } from './support.js'
import { checkpointsIn, noteIn, withFolder } from './temporary-folder.js'

const workDir = '/runs/digits'

/** Names of the checkpoints in a store, with their folder where it is not the work dir. */
function filesIn({ files }: MemoryStorage): string[] {
  return [...files.keys()]
    .filter((path) => path.endsWith('.safetensors'))
    .map((path) => path.replace(`${workDir}/`, ''))
    .sort()
}

function noteOf(storage: MemoryStorage): string {
  return new TextDecoder().decode(storage.files.get(`${workDir}/last_checkpoint`))
}

async function partsOf(storage: MemoryStorage, name: string) {
  const path = `${workDir}/${name}`
  const checkpoint = await decodeCheckpoint(await storage.read(path), path)
  disposeTensors({ ...checkpoint })
  return checkpoint
}

/** Trains with the options given. @returns the error that ended it, the lines of the log and the hub */
async function train(storage: MemoryStorage, options: Partial<RunnerOptions> = {}) {
  const lines: string[] = []
  const runner = makeRunner({ workDir, storage, ...options })
  runner.logger.addSink({ write: (message) => void lines.push(message) })
  const error: unknown = await runner.train().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const info = new Map(runner.messageHub.info)
  free(runner)
  return { error, lines, info, cause: error instanceof HookError ? error.cause : undefined }
}

function scripted(...script: Metrics[]): Partial<RunnerOptions> {
  return { valEvaluator: new Scripted(script), paramScheduler: [] }
}

/** Does something after so many training iterations of this run. */
class AfterIterations extends Hook {
  #count = 0

  constructor(
    private readonly iterations: number,
    private readonly action: (runner: Runner) => void,
  ) {
    super()
  }

  override afterTrainIter(runner: Runner): void {
    if (++this.#count === this.iterations) this.action(runner)
  }
}

const interruptAfter = (iterations: number) =>
  new AfterIterations(iterations, (runner) => runner.interrupt('a test'))

describe('the default slot', () => {
  it('saves every epoch', async () => {
    const storage = new MemoryStorage()
    await train(storage)
    expect(filesIn(storage)).toEqual(['epoch_1.safetensors', 'epoch_2.safetensors', 'epoch_3.safetensors'])
    expect(noteOf(storage)).toBe('epoch_3.safetensors')
  })

  it('keeps that when other options are given', async () => {
    const storage = new MemoryStorage()
    await train(storage, { defaultHooks: { checkpoint: { maxKeepCkpts: 2 } } })
    expect(filesIn(storage)).toEqual(['epoch_2.safetensors', 'epoch_3.safetensors'])
  })

  it('saves only the end for the hook as MMEngine configs name it', async () => {
    const storage = new MemoryStorage()
    const checkpoint = { type: 'CheckpointHook' } as const
    await train(storage, { defaultHooks: { checkpoint } })
    expect(filesIn(storage)).toEqual(['epoch_3.safetensors'])
  })

  it('is empty with null', async () => {
    const storage = new MemoryStorage()
    await train(storage, { defaultHooks: { checkpoint: null } })
    expect(filesIn(storage)).toEqual([])
  })

  it('refuses unknown options before anything is built', () => {
    const options: unknown = { model: {}, workDir, defaultHooks: { checkpoint: { maxKeep: 2 } } }
    expect(() => Runner.fromConfig(options)).toThrow(/defaultHooks\.checkpoint\.maxKeep: is not an option/)
  })
})

describe('regular checkpoints', () => {
  it('cover training that was stopped early', async () => {
    const storage = new MemoryStorage()
    await train(storage, {
      defaultHooks: { checkpoint: { interval: 5, byEpoch: false } },
      customHooks: [new AfterIterations(2, (runner) => runner.stopTraining())],
    })
    expect(filesIn(storage)).toEqual([`iter_${batches}.safetensors`])
    const { meta, loop } = await partsOf(storage, noteOf(storage))
    expect(meta).toMatchObject({ epoch: 1, iter: batches })
    expect(loop).toMatchObject({ epoch: 1, batchInEpoch: 0, validationDue: false })
  })

  it('do not cover it with saveLast: false', async () => {
    const storage = new MemoryStorage()
    await train(storage, { defaultHooks: { checkpoint: { interval: -1, saveLast: false } } })
    expect(filesIn(storage)).toEqual([])
  })

  it('go to outDir, and last_checkpoint to the work dir', async () => {
    const storage = new MemoryStorage()
    const defaultHooks = { checkpoint: { outDir: '/elsewhere', maxKeepCkpts: 1 } }
    await train(storage, { defaultHooks, trainCfg: { maxEpochs: 2 } })
    expect(filesIn(storage)).toEqual(['/elsewhere/digits/epoch_2.safetensors'])
    expect(noteOf(storage)).toBe('/elsewhere/digits/epoch_2.safetensors')
    const { error } = await train(storage, { defaultHooks, resume: true })
    expect(error).toBeUndefined()
    expect(filesIn(storage)).toEqual(['/elsewhere/digits/epoch_3.safetensors'])
  })

  it('become fewer at once when a resumed run keeps fewer', async () => {
    const storage = new MemoryStorage()
    await train(storage, { defaultHooks: { checkpoint: { maxKeepCkpts: 3 } } })
    await train(storage, { defaultHooks: { checkpoint: { maxKeepCkpts: 1 } }, resume: true })
    expect(filesIn(storage)).toEqual(['epoch_3.safetensors'])
  })

  it('are found and replaced in a work dir that was moved', async () => {
    await withFolder(async (folder) => {
      const [first, second] = [join(folder, 'first'), join(folder, 'second')]
      const defaultHooks = { checkpoint: { interval: 1, maxKeepCkpts: 1, saveBest: 'acc' } }
      const shared = { defaultHooks, ...scripted({ acc: 0.1 }) }
      const before = makeRunner({ workDir: first, trainCfg: { maxEpochs: 1 }, ...shared })
      await before.train()
      free(before)
      await rename(first, second)
      const later = { ...shared, ...scripted({ acc: 0.2 }) }
      const after = makeRunner({ workDir: second, trainCfg: { maxEpochs: 2 }, resume: true, ...later })
      await after.train()
      expect(after.iter).toBe(2 * batches)
      expect(after.messageHub.getInfo('best_ckpt')).toBe(join(second, 'best_acc_epoch_2.safetensors'))
      free(after)
      expect(await checkpointsIn(second)).toEqual(['best_acc_epoch_2.safetensors', 'epoch_2.safetensors'])
      expect(await noteIn(second)).toBe('epoch_2.safetensors')
    })
  })

  it('hold what the validation after them changed', async () => {
    const storage = new MemoryStorage()
    await train(storage, { ...scripted({ acc: 0.5 }), trainCfg: { maxEpochs: 1 } })
    const { loop, messageHub } = await partsOf(storage, 'epoch_1.safetensors')
    expect(loop?.validationDue).toBe(false)
    expect(Object.keys(Object(messageHub?.logScalars))).toContain('val/acc')
  })
})

describe('best checkpoints', () => {
  const defaultHooks = { checkpoint: { interval: 1, saveBest: 'acc' } }

  it('are announced, and the one before is removed', async () => {
    const { lines } = await train(new MemoryStorage(), {
      defaultHooks,
      ...scripted({ acc: 0.25 }, { acc: 0.5 }, { acc: 0.5 }),
    })
    expect(lines).toContain(
      'The best checkpoint with 0.2500 acc at 1 epoch is saved to best_acc_epoch_1.safetensors.',
    )
    expect(lines).toContain(`The previous best checkpoint ${workDir}/best_acc_epoch_1.safetensors is removed`)
    expect(lines.filter((line) => line.startsWith('The best checkpoint'))).toHaveLength(2)
  })

  it('cannot be had of a metric that does not exist', async () => {
    const storage = new MemoryStorage()
    const { error, cause } = await train(storage, { defaultHooks, ...scripted({ 'accuracy/acc': 1 }) })
    expect(hasCode(error, 'HL_HOOK_FAILED')).toBe(true)
    expect(hasCode(cause, 'HL_CHECKPOINT_METRIC')).toBe(true)
    expect(String(cause)).toContain("Did you mean 'accuracy/acc'?")
    expect(noteOf(storage)).toBe(`interrupted_iter_${batches}.safetensors`)
  })

  it('warn where there are no metrics', async () => {
    const { error, lines } = await train(new MemoryStorage(), { defaultHooks, ...scripted({}) })
    expect(error).toBeUndefined()
    expect(lines.filter((line) => line.startsWith('saveBest finds nothing to compare'))).toHaveLength(1)
  })

  it('stay with the metric that auto met first, over a resume too', async () => {
    const storage = new MemoryStorage()
    const auto = { defaultHooks: { checkpoint: { interval: 1, saveBest: 'auto' } } }
    await train(storage, { ...auto, ...scripted({ loss: 0.5, acc: 0.5 }), trainCfg: { maxEpochs: 1 } })
    await train(storage, {
      ...auto,
      ...scripted({ acc: 0.9, loss: 0.4 }),
      trainCfg: { maxEpochs: 2 },
      resume: true,
    })
    expect(filesIn(storage)).toContain('best_loss_epoch_2.safetensors')
    expect(filesIn(storage).filter((name) => name.startsWith('best_'))).toHaveLength(1)
  })

  it('are not measured by the best of another metric', async () => {
    const storage = new MemoryStorage()
    await train(storage, { defaultHooks, ...scripted({ acc: 0.5, loss: 9 }), trainCfg: { maxEpochs: 1 } })
    const { info } = await train(storage, {
      defaultHooks: { checkpoint: { interval: 1, saveBest: 'loss' } },
      ...scripted({ acc: 0.5, loss: 8 }),
      trainCfg: { maxEpochs: 2 },
      resume: true,
    })
    expect(info.get('best_score')).toBe(8)
    // The best of the other metric is no longer watched; it is not this run's to remove.
    expect(filesIn(storage)).toEqual(
      expect.arrayContaining(['best_acc_epoch_1.safetensors', 'best_loss_epoch_2.safetensors']),
    )
  })

  it('are left alone by a validation outside of training', async () => {
    const storage = new MemoryStorage()
    const runner = makeRunner({ workDir, storage, defaultHooks, ...scripted({ acc: 1 }) })
    await runner.val()
    free(runner)
    expect(filesIn(storage)).toEqual([])
  })
})

describe('an interruption', () => {
  it('saves everything, even what regular checkpoints leave out', async () => {
    const storage = new MemoryStorage()
    const { error, lines } = await train(storage, {
      defaultHooks: { checkpoint: { interval: 1, saveOptimizer: false, saveParamScheduler: false } },
      customHooks: [interruptAfter(batches + 2)],
    })
    expect(hasCode(error, 'HL_INTERRUPTED')).toBe(true)
    const name = `interrupted_iter_${batches + 2}.safetensors`
    expect(noteOf(storage)).toBe(name)
    const checkpoint = await partsOf(storage, name)
    expect(checkpoint.optimizer).toBeDefined()
    expect(checkpoint.paramSchedulers).toBeDefined()
    expect(checkpoint.loop).toEqual({ epoch: 1, iter: batches + 2, batchInEpoch: 2, validationDue: false })
    expect(lines.at(-1)).toMatch(/^All that was trained is saved to interrupted_iter_6\.safetensors/)
  })

  it('saves nothing before the first iteration is done', async () => {
    const storage = new MemoryStorage()
    class Failing extends Hook {
      override beforeTrainIter(): void {
        throw new Error('no luck')
      }
    }
    const { error } = await train(storage, { customHooks: [new Failing()] })
    expect(hasCode(error, 'HL_HOOK_FAILED')).toBe(true)
    expect(filesIn(storage)).toEqual([])
  })

  it('saves nothing where the last regular checkpoint has everything', async () => {
    const storage = new MemoryStorage()
    const defaultHooks = { checkpoint: { interval: 3, byEpoch: false } }
    await train(storage, { defaultHooks, customHooks: [interruptAfter(3)] })
    expect(filesIn(storage)).toEqual(['iter_3.safetensors'])
    expect(noteOf(storage)).toBe('iter_3.safetensors')
  })

  it('saves nothing in a validation or a test alone', async () => {
    const storage = new MemoryStorage()
    class Failing extends Hook {
      override beforeVal(): void {
        throw new Error('no luck')
      }
    }
    const runner = makeRunner({ workDir, storage, customHooks: [new Failing()] })
    await expect(runner.val()).rejects.toThrow('no luck')
    free(runner)
    expect(filesIn(storage)).toEqual([])
  })

  it('replaces the one before and is replaced by the next regular checkpoint', async () => {
    const storage = new MemoryStorage()
    const resume = true
    await train(storage, { customHooks: [interruptAfter(1)] })
    expect(filesIn(storage)).toEqual(['interrupted_iter_1.safetensors'])
    await train(storage, { resume, customHooks: [interruptAfter(1)] })
    expect(filesIn(storage)).toEqual(['interrupted_iter_2.safetensors'])
    await train(storage, { resume, customHooks: [interruptAfter(3)] })
    expect(filesIn(storage)).toEqual(['epoch_1.safetensors', 'interrupted_iter_5.safetensors'])
    await train(storage, { resume })
    expect(filesIn(storage)).toEqual(['epoch_1.safetensors', 'epoch_2.safetensors', 'epoch_3.safetensors'])
  })

  it('that cannot be saved keeps its own error, and the files before it', async () => {
    const complete = new FailingStorage(Number.POSITIVE_INFINITY, true)
    await train(complete, { trainCfg: { maxEpochs: 1 } })
    const storage = new FailingStorage(complete.changes, true)
    const { error, lines } = await train(storage, { customHooks: [interruptAfter(batches + 1)] })
    expect(hasCode(error, 'HL_INTERRUPTED')).toBe(true)
    expect(lines.some((line) => line.includes('HL_STORAGE_WRITE'))).toBe(true)
    expect(noteOf(storage)).toBe('epoch_1.safetensors')
    expect((await train(copyOf(storage), { resume: true })).error).toBeUndefined()
  })
})

describe('publishedKeys', () => {
  it('leave a reduced copy of the last and of the best checkpoint', async () => {
    const storage = new MemoryStorage()
    const { lines } = await train(storage, {
      defaultHooks: {
        checkpoint: { interval: -1, saveBest: 'acc', publishedKeys: ['meta', 'stateDict', 'ema'] },
      },
      ...scripted({ acc: 1 }),
    })
    const published = filesIn(storage).filter((name) => /-[0-9a-f]{8}\.safetensors$/.test(name))
    expect(published.map((name) => name.slice(0, -21))).toEqual(['best_acc_epoch_1', 'epoch_3'])
    for (const name of published)
      expect(Object.keys(await partsOf(storage, name)).toSorted()).toEqual(['meta', 'stateDict'])
    expect(lines).toContain('publishedKeys names ema, which epoch_3.safetensors does not hold')
  })
})

describe('the run around it', () => {
  it('leaves writing to the first of several processes', async () => {
    const storage = new MemoryStorage()
    const dist = Object.assign(new SingleProcess(), { rank: 1 })
    const defaultHooks = { checkpoint: { interval: 1, saveBest: 'auto', publishedKeys: 'stateDict' } }
    const { error } = await train(storage, { dist, defaultHooks })
    expect(error).toBeUndefined()
    expect(filesIn(storage)).toEqual([])
    expect(storage.files.has(`${workDir}/last_checkpoint`)).toBe(false)
  })

  it('gets no tensor more, however often something is saved', async () => {
    const tensors: number[] = []
    class Counter extends Hook {
      override readonly priority = 'LOWEST'

      override beforeTrainEpoch(): void {
        tensors.push(tf.memory().numTensors)
      }
    }
    const before = tf.memory().numTensors
    const storage = new MemoryStorage()
    const defaultHooks = {
      checkpoint: {
        interval: 1,
        byEpoch: false,
        maxKeepCkpts: 2,
        saveBest: 'auto',
        publishedKeys: 'stateDict',
      },
    }
    const options = { defaultHooks, trainCfg: { maxEpochs: 6 } }
    await train(storage, { ...options, customHooks: [new Counter()] })
    // Gradients of 4 batches, accumulated by 3, repeat after 3 epochs.
    expect(tensors[5]).toBe(tensors[2])
    await train(storage, { ...options, trainCfg: { maxEpochs: 7 }, resume: true })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('may be trained again after an interruption, in the same Runner', async () => {
    const storage = new MemoryStorage()
    const runner = makeRunner({ workDir, storage, customHooks: [interruptAfter(2)] })
    await expect(runner.train()).rejects.toThrow(/HL_INTERRUPTED/)
    await runner.train()
    expect(filesIn(storage)).toEqual(['epoch_1.safetensors', 'epoch_2.safetensors', 'epoch_3.safetensors'])
    const whole = makeRunner({ workDir, storage: new MemoryStorage() })
    await whole.train()
    expect(await stateOf(runner)).toEqual(await stateOf(whole))
    free(runner)
    free(whole)
  })
})
