/** What differs between backends. */
export interface Engine {
  /** Such as `tfjs-node`, `cpu`, `wasm`, `webgl`. */
  readonly name: string
  /** The tfjs backend it runs on. */
  readonly backend: string
  /** Version of what does the computing. */
  readonly version: string
  /** Reading a scalar does not wait for a device. */
  readonly readsAreCheap: boolean
  /** One line for the log: name, version and what limits its speed. */
  describe(): string
  /** Gives back memory that is held in reserve. */
  emptyCache(): void
}
