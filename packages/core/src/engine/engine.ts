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
  /** Reading a scalar does not wait for a device. */
  readonly readsAreCheap: boolean
  /** One line for the log: name, version and threads. */
  describe(): string
  /** Gives back memory that is held in reserve. */
  emptyCache(): void
}
