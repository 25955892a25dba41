import { platform } from '#platform'
import { HookloopError } from '../errors/hookloop-error.js'
import type { DataWorkers } from './data-workers.js'
import type { Dataset, DatasetRecipe } from './dataset.js'

/** How many workers a loader has, and what they do. */
export interface CrewSettings {
  readonly dataset: Dataset
  readonly numWorkers: number
  readonly prefetchFactor?: number
  readonly persistentWorkers?: boolean
  readonly seed: number
  readonly name: string
  readonly joins: boolean
}

/** The workers of a data loader: started for a pass, and kept for the next one where they are persistent. */
export class WorkerCrew {
  /** Batches that are ordered before they are due, of all workers. */
  readonly batchesAhead: number
  readonly #recipe: DatasetRecipe
  readonly #atWork = new Set<DataWorkers>()
  #idle: DataWorkers | undefined

  /** @throws `HL_DATA_WORKER` for a dataset without a recipe */
  constructor(private readonly settings: CrewSettings) {
    const { dataset, numWorkers, prefetchFactor = 2 } = settings
    if (dataset.recipe === undefined) throw this.#refused(noRecipe)
    this.#recipe = dataset.recipe
    this.batchesAhead = numWorkers * prefetchFactor
  }

  /** Workers for one pass; those that wait from the last one, where there are. */
  claim(): DataWorkers {
    const workers = this.#idle ?? this.#start()
    this.#idle = undefined
    this.#atWork.add(workers)
    return workers
  }

  /** Takes workers back at the end of their pass; those not fit for another are ended. */
  async release(workers: DataWorkers, isFit: boolean): Promise<void> {
    workers.cancel()
    const { persistentWorkers = true } = this.settings
    if (persistentWorkers && isFit && workers.isAlive && this.#idle === undefined) this.#idle = workers
    else await workers.end()
    this.#atWork.delete(workers)
  }

  async end(): Promise<void> {
    if (this.#idle !== undefined) this.#atWork.add(this.#idle)
    this.#idle = undefined
    await Promise.all([...this.#atWork].map((workers) => workers.end()))
    this.#atWork.clear()
  }

  #start(): DataWorkers {
    const { dataset, numWorkers: count, seed, name, joins } = this.settings
    const setup = { recipe: this.#recipe, length: dataset.length, count, seed, name, joins }
    const workers = platform.startDataWorkers(setup)
    if (workers === undefined) throw this.#refused('but workers run only on Node; leave it out in a page')
    return workers
  }

  #refused(why: string): HookloopError {
    const { name, numWorkers } = this.settings
    return new HookloopError('HL_DATA_WORKER', `${name}.numWorkers is ${numWorkers}, ${why}`)
  }
}

/** What is said of a dataset that workers cannot make. */
export const noRecipe =
  "but the dataset has no recipe: a dataset cannot be sent to a worker, which makes its own; give the dataset's class " +
  'recipe = { module: import.meta.url, options }, in a file of its own that exports it by default, or leave numWorkers ' +
  'out, as for an ArrayDataset, which is faster without'
