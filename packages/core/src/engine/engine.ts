import type { EngineSettings } from './engine-settings.js'

/** What differs between backends. */
export interface Engine {
  /** Such as `tfjs-node`, `wasm`, `cpu`, `webgl`. */
  readonly name: string
  /** The tfjs backend it runs on. */
  readonly backend: string
  /** Version of what does the computing. */
  readonly version: string
  /** How many threads compute; undefined where nothing tells. Other numbers may give other last digits. */
  readonly threads?: number | undefined
  /** What was set of native TensorFlow's settings. Other ones may give other last digits. */
  readonly settings?: EngineSettings
  /** Reading a scalar does not wait for a device. */
  readonly readsAreCheap: boolean
  /** One line for the log: name, version, threads and what is not as the engine has it by itself. Checkpoints remember it. */
  describe(): string
  /** Gives back memory that is held in reserve. */
  emptyCache(): void
}
