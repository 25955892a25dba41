import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('tensorboard-peer.py', import.meta.url))

/** A number that JSON may not be able to hold: give it to `Number`. */
export type PythonNumber = number | 'NaN' | 'Infinity' | '-Infinity'
type ByTag<Item> = Record<string, Item[]>
type ByRun<Items> = Record<string, Items>

/** A histogram as Python tells of it. */
export interface PythonHistogram {
  min: number
  max: number
  num: number
  sum: PythonNumber
  sumSquares: PythonNumber
  limits: number[]
  counts: number[]
}

/** What EventAccumulator finds in a run; each item begins with wall time and step. */
export interface Accumulated {
  fileVersion: number
  scalars: ByTag<[number, number, PythonNumber]>
  images: ByTag<[number, number, width: number, height: number, hex: string]>
  histograms: ByTag<[number, number, PythonHistogram]>
  texts: ByTag<[number, number, string]>
}

/** What TensorBoard's page gets to show; each item begins with wall time and step. */
export interface Shown {
  scalars: ByRun<ByTag<[number, number, PythonNumber]>>
  histograms: ByRun<ByTag<[number, number, [left: number, right: number, count: number][]]>>
  text: ByRun<ByTag<{ wall_time: number; step: number; text: string }>>
  images: ByRun<ByTag<[number, number, hex: string]>>
  hparams: ByRun<Record<string, unknown>>
}

/** The Python package `tensorboard`. */
export class TensorboardPeer {
  readonly #python: string

  constructor(python: string) {
    this.#python = python
  }

  /** Every event of a file, in protobuf's JSON, and the file that TensorBoard's own writer makes of them, as hex. */
  events(file: string): Promise<{ events: unknown[]; rewritten: string }> {
    return this.#run('events', file)
  }

  /** What EventAccumulator finds in a run. */
  accumulate(folder: string): Promise<Accumulated> {
    return this.#run('accumulate', folder)
  }

  /** What TensorBoard's page gets to show of a folder with runs at any depth, each of which ends with the scalar `end`. */
  page(folder: string): Promise<Shown> {
    return this.#run('page', folder)
  }

  async #run<Result>(command: string, path: string): Promise<Result> {
    const { stdout } = await promisify(execFile)(this.#python, [script, command, path], {
      maxBuffer: 1e9,
      timeout: 60_000,
    })
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n', stdout.length - 2)))
  }
}
