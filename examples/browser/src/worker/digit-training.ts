import { hasCode, MemoryStorage, type Model, type Runner, type Storage } from '@hookloop/core'
import { OpfsStorage } from '@hookloop/storage-web'
import { digitOptimizer, digitRunner } from '@hookloop-examples/mnist/digit-runner'
import type { Digits } from '@hookloop-examples/mnist/digits'
import { buildModel } from '@hookloop-examples/mnist/model'
import type { FromWorker, Keeping } from '../messages.js'
import type { Settings } from '../settings.js'
import { describeCheckpoint } from './describe-checkpoint.js'
import { type ChosenEngine, chooseEngine } from './engine.js'
import { loadDigits } from './load-digits.js'
import { becomeOnlyTab } from './only-tab.js'
import { PageHook } from './page-hook.js'
import { SampleDigits } from './samples.js'
import { SavedRun } from './saved-run.js'
import { someOf } from './some-of.js'

const workDir = '/work_dirs/mnist'
const seed = 42
const batchSize = 64

/** The example's training in this worker: the Runner of examples/mnist, with a page in the place of a terminal. */
export class DigitTraining {
  #runner: Runner | undefined
  #model: Model | undefined

  private constructor(
    private readonly settings: Settings,
    private readonly tell: (message: FromWorker) => void,
    private readonly engine: ChosenEngine,
    private readonly digits: Digits,
    private readonly storage: Storage,
    private readonly saved: SavedRun,
    private readonly samples: SampleDigits,
  ) {}

  /** Loads what training needs, and shows what an earlier page has saved. */
  static async open(
    settings: Settings,
    digitsUrl: string,
    tell: (message: FromWorker) => void,
  ): Promise<DigitTraining> {
    const [all, engine, { storage, keeps }] = await Promise.all([
      loadDigits(digitsUrl),
      chooseEngine(settings.engine),
      openStorage(),
    ])
    const samples = new SampleDigits(all.test)
    tell({ type: 'opened', engine, samples: samples.samples, keeps })
    await becomeOnlyTab(() => tell({ type: 'phase', phase: 'waiting' }))
    const digits = { ...all, train: someOf(all.train, settings.examples) }
    const saved = new SavedRun(storage, workDir)
    const training = new DigitTraining(settings, tell, engine, digits, storage, saved, samples)
    try {
      await training.#describeSaved()
    } catch (error) {
      // A damaged file must not keep anybody from starting over.
      tell({ type: 'failed', message: reasonOf(error) })
      tell({ type: 'phase', phase: 'new' })
    }
    return training
  }

  /** Trains to the end, or until somebody pauses. @param fresh starts over, and removes what was saved */
  async train(fresh: boolean): Promise<void> {
    if (fresh) await this.saved.clear()
    const runner = this.#makeRunner()
    this.#runner = runner
    try {
      await runner.train()
      this.tell({ type: 'phase', phase: 'testing' })
      const { 'accuracy/top1': accuracy } = await runner.test()
      this.tell({ type: 'tested', accuracy: Number(accuracy) })
      this.tell({ type: 'phase', phase: 'finished' })
    } catch (error) {
      // What was trained is saved in both cases.
      if (!hasCode(error, 'HL_INTERRUPTED')) this.tell({ type: 'failed', message: reasonOf(error) })
      await this.#describeSaved()
    } finally {
      this.#runner = undefined
      this.#model?.dispose?.()
      this.#model = undefined
      runner.dispose()
    }
  }

  pause(): void {
    this.tell({ type: 'phase', phase: 'pausing' })
    this.#runner?.interrupt('the button')
  }

  stopEarly(): void {
    this.tell({ type: 'phase', phase: 'stopping' })
    this.#runner?.stopTraining()
  }

  async save(): Promise<void> {
    const name = await this.saved.newest()
    if (name !== undefined)
      this.tell({ type: 'file', name, bytes: new Uint8Array(await this.saved.read(name)) })
  }

  async load(name: string, bytes: Uint8Array): Promise<void> {
    // Read before anything is replaced: it may be no checkpoint of this model.
    const messages = await this.#describe(name, bytes)
    await this.saved.replaceBy(name, bytes)
    for (const message of messages) this.tell(message)
  }

  #makeRunner(): Runner {
    const { epochs } = this.settings
    // Looking at every loss would wait for the card after every step.
    const nonFiniteLoss = this.engine.isOnCard ? 'ignore' : 'stop'
    const { runner } = digitRunner(
      this.digits,
      { epochs, resume: true, workDir, seed },
      {
        model: () => this.#makeModel(),
        storage: this.storage,
        console: false,
        optimWrapper: { type: 'OptimWrapper', optimizer: digitOptimizer, nonFiniteLoss },
      },
    )
    runner.logger.addSink({ write: (text) => this.tell({ type: 'line', text }) })
    runner.registerHook(new PageHook(this.samples, this.tell))
    return runner
  }

  #makeModel(): Model {
    this.#model = buildModel()
    return this.#model
  }

  async #describeSaved(): Promise<void> {
    const name = await this.saved.newest()
    if (name === undefined) return this.tell({ type: 'phase', phase: 'new' })
    for (const message of await this.#describe(name, await this.saved.read(name))) this.tell(message)
  }

  #describe(name: string, bytes: Uint8Array): Promise<FromWorker[]> {
    const { epochs: maxEpochs, examples } = this.settings
    const length = { maxEpochs, itersPerEpoch: Math.ceil(examples / batchSize) }
    return describeCheckpoint(name, bytes, length, this.samples)
  }
}

/** The page's private files, or memory in a page that has none. */
async function openStorage(): Promise<{ storage: Storage; keeps: Keeping }> {
  const storage = new OpfsStorage()
  try {
    await storage.makeFolder(workDir)
    return { storage, keeps: { kept: true } }
  } catch (error) {
    if (!hasCode(error, 'HL_STORAGE_UNAVAILABLE')) throw error
    return { storage: new MemoryStorage(), keeps: { kept: false, reason: error.message } }
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
