import type { LogSink, Model, Runner } from '@hookloop/core'
import { digitOptimizer, digitRunner } from '@hookloop-examples/mnist/digit-runner'
import type { Digits } from '@hookloop-examples/mnist/digits'
import { buildModel } from '@hookloop-examples/mnist/model'
import type { CheckpointFile, FromWorker } from '../messages.js'
import type { Settings } from '../settings.js'
import { copyCheckpoint } from './checkpoint-copy.js'
import type { ChosenEngine } from './engine.js'
import type { RunStorage } from './open-storage.js'
import { PageHook } from './page-hook.js'
import { noteEnd } from './regular-end.js'
import type { SampleDigits } from './samples.js'

export const workDir = '/work_dirs/mnist'
const seed = 42

/** What all runs of a page have in common. */
export interface RunSurroundings {
  readonly settings: Settings
  readonly engine: ChosenEngine
  readonly digits: Digits
  readonly files: RunStorage
  readonly samples: SampleDigits
  readonly log: LogSink
  readonly tell: (message: FromWorker) => void
}

/** One run: the Runner of examples/mnist, with a page in the place of a terminal. */
export class PageRun {
  readonly #runner: Runner
  readonly #hook: PageHook
  #model: Model | undefined

  /**
   * @param loadFrom the checkpoint to go on from
   * @param onBegin called when the first iteration is about to begin
   */
  constructor(
    { settings, engine, digits, files, samples, log, tell }: RunSurroundings,
    loadFrom: string | undefined,
    onBegin: () => void,
  ) {
    // Looking at every loss would wait for the card after every step.
    const nonFiniteLoss = engine.isOnCard ? 'ignore' : 'stop'
    const { runner } = digitRunner(
      digits,
      { epochs: settings.epochs, resume: loadFrom !== undefined, workDir, seed },
      {
        model: () => this.#makeModel(),
        storage: files.storage,
        console: false,
        optimWrapper: { type: 'OptimWrapper', optimizer: digitOptimizer, nonFiniteLoss },
        ...(loadFrom === undefined ? {} : { loadFrom }),
      },
    )
    this.#runner = runner
    this.#hook = new PageHook(samples, tell, onBegin)
    runner.logger.addSink(log)
    runner.registerHook(this.#hook)
  }

  /** Finished iterations. */
  get iter(): number {
    return this.#runner.iter
  }

  /** Somebody asked for a copy and has not got it yet. */
  get owesCopy(): boolean {
    return this.#hook.wantsCopy
  }

  /** Trains to the end. @throws `HL_INTERRUPTED` after a pause */
  train(): Promise<void> {
    return this.#runner.train()
  }

  /** @returns the share of right answers */
  async test(): Promise<number> {
    const { 'accuracy/top1': accuracy } = await this.#runner.test()
    return Number(accuracy)
  }

  /** Lets the newest checkpoint remember that the run ended there, and what the test said. */
  async noteEnd(accuracy: number): Promise<void> {
    noteEnd(this.#runner.messageHub, { iter: this.iter, accuracy })
    const path = await this.#runner.findLastCheckpoint()
    if (path !== undefined) await this.#runner.saveCheckpoint(path)
  }

  pause(): void {
    this.#runner.interrupt('the button')
  }

  stopEarly(): void {
    this.#runner.stopTraining()
  }

  /** Tells the page a copy of the state after the running iteration. */
  handOverCopy(): void {
    this.#hook.wantsCopy = true
  }

  /** The state of a run that has ended. */
  copy(): Promise<CheckpointFile> {
    return copyCheckpoint(this.#runner)
  }

  dispose(): void {
    this.#model?.dispose?.()
    this.#runner.dispose()
  }

  #makeModel(): Model {
    this.#model = buildModel()
    return this.#model
  }
}
