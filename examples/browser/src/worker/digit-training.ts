import { hasCode, reasonOf } from '@hookloop/core'
import {
  type CheckpointFile,
  type FromWorker,
  isRunning,
  type Phase,
  type ToWorker,
  takes,
} from '../messages.js'
import type { Settings } from '../settings.js'
import { type DescribedCheckpoint, describeCheckpoint } from './describe-checkpoint.js'
import { chooseEngine } from './engine.js'
import { loadDigits } from './load-digits.js'
import { becomeOnlyTab } from './only-tab.js'
import { openStorage } from './open-storage.js'
import { PageLog } from './page-log.js'
import { PageRun, type RunSurroundings, workDir } from './page-run.js'
import { SampleDigits } from './samples.js'
import { SavedRun } from './saved-run.js'
import { someOf } from './some-of.js'

const batchSize = 64

/** The training in this worker: goes from phase to phase, and does what the page asks where the phase allows it. */
export class DigitTraining {
  readonly #saved: SavedRun
  readonly #tell: (message: FromWorker) => void
  #phase: Phase = 'loading'
  /** Lives while a phase says that it runs. */
  #run: PageRun | undefined
  /** The checkpoint to go on from. */
  #newest: string | undefined
  /** What training ended with, while that lies in no storage. */
  #unsaved: CheckpointFile | undefined

  private constructor(private readonly surroundings: RunSurroundings) {
    this.#saved = new SavedRun(surroundings.files, workDir)
    this.#tell = surroundings.tell
  }

  /** Loads what training needs, and shows what an earlier page has saved. */
  static async open(
    settings: Settings,
    digitsUrl: string,
    tell: (message: FromWorker) => void,
  ): Promise<DigitTraining> {
    const [all, engine, files] = await Promise.all([
      loadDigits(digitsUrl),
      chooseEngine(settings.engine),
      openStorage(workDir),
    ])
    const samples = new SampleDigits(all.test)
    tell({ type: 'opened', engine, samples: samples.samples, isKept: files.forgets === undefined })
    if (files.forgets !== undefined) tell({ type: 'line', text: files.forgets })
    if (engine.trouble !== undefined) tell({ type: 'trouble', text: engine.trouble })
    await becomeOnlyTab(() => tell({ type: 'phase', phase: 'waiting' }))
    const digits = { ...all, train: someOf(all.train, settings.examples) }
    const log = new PageLog(tell)
    const training = new DigitTraining({ settings, engine, digits, files, samples, log, tell })
    await training.#showSaved()
    return training
  }

  /** A button may be pressed just before its phase is over: what came too late is left alone. */
  async answer(message: ToWorker): Promise<void> {
    if (!takes(this.#phase, message.type)) return
    switch (message.type) {
      case 'train':
        return this.#train(message.fresh)
      case 'pause':
        this.#enter('pausing')
        return this.#run?.pause()
      case 'stopEarly':
        this.#enter('stopping')
        return this.#run?.stopEarly()
      case 'save':
        return this.#save()
      case 'load':
        return this.#replaceBy(message.file)
      case 'keep':
        if (this.#unsaved !== undefined) await this.#replaceBy(this.#unsaved)
    }
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#tell({ type: 'phase', phase })
  }

  #complain(error: unknown): void {
    this.#tell({ type: 'trouble', text: reasonOf(error) })
  }

  /** Trains to the end, or until somebody pauses. @param fresh starts over, and removes what was saved */
  async #train(fresh: boolean): Promise<void> {
    this.#enter('starting')
    let run: PageRun | undefined
    try {
      if (fresh) await this.#forget()
      const loadFrom = this.#newest === undefined ? undefined : this.#saved.path(this.#newest)
      run = new PageRun(this.surroundings, loadFrom, () => this.#enter('training'))
      this.#run = run
      await run.train()
      this.#enter('testing')
      await this.#finish(run)
    } catch (error) {
      if (!hasCode(error, 'HL_INTERRUPTED')) this.#complain(error)
      await this.#showSaved(run)
    } finally {
      if (run?.owesCopy === true) await this.#save()
      this.#run = undefined
      run?.dispose()
    }
  }

  async #forget(): Promise<void> {
    this.#newest = undefined
    this.#unsaved = undefined
    await this.#saved.clear()
  }

  async #finish(run: PageRun): Promise<void> {
    const accuracy = await run.test()
    this.#tell({ type: 'tested', accuracy })
    // The run is saved; only this remark on it would be missing after a reload.
    await run.noteEnd(accuracy).catch((error: unknown) => this.#complain(error))
    this.#newest = await this.#saved.noted()
    this.#enter('finished')
  }

  async #save(): Promise<void> {
    if (isRunning(this.#phase)) return this.#run?.handOverCopy()
    const name = this.#newest
    const file = this.#unsaved ?? (name === undefined ? undefined : await this.#saved.read(name))
    if (file !== undefined) this.#tell({ type: 'file', file })
  }

  async #replaceBy(file: CheckpointFile): Promise<void> {
    const before = this.#phase
    this.#enter('opening')
    try {
      // Read before anything is replaced: it may be no checkpoint of this model.
      const described = await this.#describe(file)
      const name = await this.#saved.replaceBy(file)
      this.#unsaved = undefined
      this.#show({ ...described, name })
    } catch (error) {
      this.#complain(error)
      this.#enter(before)
    }
  }

  /** @param run one that broke off: what it trained is saved, or else it is kept here */
  async #showSaved(run?: PageRun): Promise<void> {
    const complaints: string[] = []
    const found = await this.#saved.newest(
      (file) => this.#describe(file),
      (text) => complaints.push(text),
    )
    for (const text of complaints) this.#complain(text)
    if (run !== undefined && run.iter > (found?.iter ?? 0)) return this.#keepHere(await run.copy())
    if (found === undefined) return this.#enter(complaints.length === 0 ? 'new' : 'unreadable')
    if (complaints.length > 0)
      this.#complain(`Training goes on from ${found.name}, the newest that can be read.`)
    this.#show(found)
  }

  async #keepHere(file: CheckpointFile): Promise<void> {
    this.#unsaved = file
    for (const message of (await this.#describe(file)).messages) this.#tell(message)
    this.#enter('unsaved')
  }

  #show({ name, phase, messages }: DescribedCheckpoint): void {
    this.#newest = name
    for (const message of messages) this.#tell(message)
    this.#enter(phase)
  }

  #describe(file: CheckpointFile): Promise<DescribedCheckpoint> {
    const { settings, samples } = this.surroundings
    const { epochs: maxEpochs, examples } = settings
    return describeCheckpoint(file, { maxEpochs, itersPerEpoch: Math.ceil(examples / batchSize) }, samples)
  }
}
