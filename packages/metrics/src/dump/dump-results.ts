import {
  checkOptions,
  type DataBatch,
  describeTensors,
  HookloopError,
  Metric,
  type MetricContext,
  type Metrics,
  type Predictions,
  writeChunks,
} from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { resultChunks, resultEndings } from './json-results.js'
import { plainPredictions } from './plain-values.js'

/** Options of {@link DumpResults}. */
export interface DumpResultsOptions {
  /** Where the predictions go: `.jsonl` with a line per example, or `.json` with one list. */
  readonly outFilePath: string
}

const pathMessage = `must be the path of a file that ends in ${resultEndings.join(' or ')}`

/** Options of {@link DumpResults}. */
export const dumpResultsSchema = v.strictObject({
  outFilePath: v.pipe(
    v.string(pathMessage),
    v.check((path) => resultEndings.some((ending) => path.endsWith(ending)), pathMessage),
  ),
})

/**
 * Writes the predictions of all examples into a file, in the order of the dataset, and gives no results.
 * Each evaluation replaces the file. `parseResults` reads it, and `evaluator.offlineEvaluate` judges what was read.
 */
export class DumpResults extends Metric {
  readonly #path: string

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: DumpResultsOptions) {
    super()
    checkOptions('DumpResults', dumpResultsSchema, options)
    this.#path = options.outFilePath
  }

  /** @throws `HL_DUMP_FORM`; `HL_DUMP_TWICE` where another one of the same evaluator writes to the same file */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    const path = this.context?.storage.absolute(this.#path) ?? this.#path
    if (firstWriter(dataBatch, path, this) !== this) throw writtenTwice(path)
    const predictions = await plainPredictions(outputs)
    checkCount(predictions.length, dataBatch, outputs)
    for (const prediction of predictions) this.results.push(prediction)
  }

  /** @throws `HL_DUMP_STORAGE` outside of a Runner, `HL_STORAGE_WRITE` */
  async computeMetrics(results: readonly unknown[]): Promise<Metrics> {
    const { storage, logger, dist } = requireContext(this.context)
    if (dist.rank !== 0) return {}
    await writeChunks(storage, this.#path, resultChunks(this.#path, results))
    logger.info(`Results have been saved to ${storage.absolute(this.#path)}.`)
    return {}
  }
}

/** Who writes what of a batch where. The metrics of one evaluator see the same object; those of another one may follow. */
const writers = new WeakMap<DataBatch, Map<string, DumpResults>>()

function firstWriter(dataBatch: DataBatch, path: string, metric: DumpResults): DumpResults {
  const ofBatch = writers.get(dataBatch) ?? new Map<string, DumpResults>()
  writers.set(dataBatch, ofBatch)
  const first = ofBatch.get(path) ?? metric
  ofBatch.set(path, first)
  return first
}

function writtenTwice(path: string): HookloopError {
  return new HookloopError(
    'HL_DUMP_TWICE',
    `two DumpResults of one evaluator write to ${path}, where the second would replace what the first wrote; give each ` +
      'an outFilePath of its own, or take one away',
  )
}

/** A list of the outputs of a model, each for the whole batch, would pass for a list with an entry per example. */
function checkCount(count: number, dataBatch: DataBatch, outputs: Predictions): void {
  const field = Object.values(dataBatch).find((value) => value instanceof Tensor && value.rank > 0)
  const examples = field instanceof Tensor ? field.shape[0] : count
  if (count === examples) return
  throw new HookloopError(
    'HL_DUMP_FORM',
    `DumpResults wants an entry per example, but the batch has ${examples} examples and the predictions are ` +
      `${describeTensors(outputs)}; for a model with several outputs, return a record of them`,
  )
}

function requireContext(context: MetricContext | undefined): MetricContext {
  if (context !== undefined) return context
  throw new HookloopError(
    'HL_DUMP_STORAGE',
    'DumpResults writes into the storage of a Runner; outside of one set `evaluator.context = { storage, logger, dist }`',
  )
}
