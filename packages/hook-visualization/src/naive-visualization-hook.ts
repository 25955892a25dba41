import {
  checkOptions,
  type DataBatch,
  everyNInnerIters,
  Hook,
  type HookResult,
  Interval,
  isEndOfEpoch,
  type Mode,
  type Predictions,
  parseDurationText,
  type Runner,
} from '@hookloop/core'
import { drawBatch } from './batch-pictures.js'
import { type NaiveVisualizationHookOptions, naiveVisualizationHookSchema } from './options.js'
import type { StrangeLabel } from './verdict.js'

type AfterIter = (runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: Predictions) => HookResult

/** Draws inputs with truth and prediction, and hands the pictures to the visualizer. */
export class NaiveVisualizationHook extends Hook {
  readonly options: NaiveVisualizationHookOptions
  readonly #interval: Interval
  #hasWarned = false
  // A loop that is not drawn has no point at all, so that it costs nothing.
  override readonly afterTrainIter?: AfterIter
  override readonly afterValIter?: AfterIter
  override readonly afterTestIter?: AfterIter

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: NaiveVisualizationHookOptions = {}) {
    super()
    checkOptions('NaiveVisualizationHook', naiveVisualizationHookSchema, options)
    this.options = options
    const { modes = ['test'], interval = 1 } = options
    this.#interval = new Interval(interval, 'it')
    if (modes.includes('train')) this.afterTrainIter = this.#afterIter('train')
    if (modes.includes('val')) this.afterValIter = this.#afterIter('val')
    if (modes.includes('test')) this.afterTestIter = this.#afterIter('test')
  }

  override nextNeed(runner: Runner, batchIdx: number): number {
    const toLast = (runner.trainDataLoader?.length ?? 0) - batchIdx
    return Math.min(
      this.#interval.nextNeed(runner),
      this.#interval.unitIn(runner) === 'ep' && toLast > 0 ? toLast : Number.POSITIVE_INFINITY,
    )
  }

  // One is enough: a dataset that has one has many.
  #warnOf({ label, classCount }: StrangeLabel, { logger }: Runner, place: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    logger.warn(
      `NaiveVisualizationHook: the label ${label} in ${place} is none of the ${classCount} classes, which count from 0; ` +
        'the picture shows it as a number. Check the labels, or the option classes',
    )
  }

  #afterIter(mode: Mode): AfterIter {
    return (runner, batchIdx, batch, outputs) => {
      const isDue = mode === 'train' ? this.#isDueInTraining(runner, batchIdx) : this.#isDueAt(batchIdx)
      // Nobody looks, such as on ranks other than 0: then nothing is read from the device.
      if (isDue && showsImages(runner)) return this.#draw(runner, mode, batchIdx, batch, outputs)
    }
  }

  #isDueInTraining(runner: Runner, batchIdx: number): boolean {
    const { trainDataLoader } = runner
    const isLast = trainDataLoader !== undefined && isEndOfEpoch(trainDataLoader, batchIdx)
    return this.#interval.endsWithIter(runner) || (isLast && this.#interval.endsWithEpoch(runner))
  }

  /** In a validation or a test. */
  #isDueAt(batchIdx: number): boolean {
    const { every } = this.#interval
    const count = typeof every === 'number' ? every : parseDurationText(every, ['it'])?.count
    return count === undefined ? batchIdx === 0 : everyNInnerIters(batchIdx, count)
  }

  async #draw(
    runner: Runner,
    mode: Mode,
    batchIdx: number,
    batch: DataBatch,
    outputs: unknown,
  ): Promise<void> {
    const isTraining = mode === 'train'
    const classes = this.options.classes ?? classesOf(runner, mode)
    // What a training step gives is losses, not predictions.
    const predictions = isTraining ? undefined : outputs
    const { pngs, strangeLabel } = await drawBatch(batch, predictions, { ...this.options, classes })
    if (strangeLabel !== undefined) this.#warnOf(strangeLabel, runner, `batch ${batchIdx} of ${mode}`)
    // Batch and index name an example where all passes see the same ones, and keep its pictures together.
    const group = isTraining ? 'train_img/' : `${mode}_img/${batchIdx}_`
    const step = isTraining ? runner.iter + 1 : runner.iter
    pngs.forEach((png, index) => {
      runner.visualizer.addImage(`${group}${index}`, png, step)
    })
  }
}

function showsImages({ visualizer }: Runner): boolean {
  return visualizer.backends.some((backend) => backend.addImage !== undefined)
}

function classesOf(runner: Runner, mode: Mode): string[] {
  const loaders = { train: runner.trainDataLoader, val: runner.valDataLoader, test: runner.testDataLoader }
  const classes = loaders[mode]?.dataset.metainfo?.classes
  return Array.isArray(classes) ? classes.map(String) : []
}
