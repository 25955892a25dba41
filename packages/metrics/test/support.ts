import { deserialize, serialize } from 'node:v8'
import '@tensorflow/tfjs'
import {
  ArrayDataset,
  type DataBatch,
  Evaluator,
  Logger,
  MemoryStorage,
  type Metric,
  type MetricContext,
  type Metrics,
  type Predictions,
  SingleProcess,
} from '@hookloop/core'

/** One batch of a model. */
export interface Batch {
  readonly batch?: DataBatch
  readonly outputs: Predictions
}

/** What the metrics say of some batches, without their prefixes. */
export async function judged(metric: Metric, batches: readonly Batch[], size = 1e9): Promise<Metrics> {
  const evaluator = new Evaluator([metric])
  for (const { batch = {}, outputs } of batches) await evaluator.process(batch, outputs)
  const metrics = await evaluator.evaluate(size, new SingleProcess())
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name.slice(name.indexOf('/') + 1), value]),
  )
}

/** A context with files in memory, and the lines that were logged. */
export function memoryContext(rank = 0): MetricContext & { storage: MemoryStorage; lines: string[] } {
  const lines: string[] = []
  const logger = new Logger('test')
  logger.addSink({ write: (message, level) => void lines.push(`${level} ${message}`) })
  return { storage: new MemoryStorage(), logger, dist: { rank }, lines }
}

/** A dataset of class numbers. */
export function labelled(labels: readonly number[], metainfo?: Record<string, unknown>): ArrayDataset {
  return new ArrayDataset({ labels: { values: Int32Array.from(labels) } }, metainfo)
}

/** Several processes whose results were collected before: this one is the first. */
export class Gathered extends SingleProcess {
  override readonly worldSize: number

  constructor(private readonly parts: readonly (readonly unknown[])[]) {
    super()
    this.worldSize = parts.length
  }

  override async allGather<Value>(value: Value): Promise<Value[]> {
    const others: unknown[] = this.parts.slice(1)
    // What crosses processes is copied.
    return deserialize(serialize([value, ...others]))
  }
}
