/** Random numbers from a seed, so that a failing case can be had again. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** In [0, 1); the mulberry32 generator. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1))
  }

  oneOf<const Choice>(choices: readonly Choice[]): Choice {
    const choice = choices[this.int(0, choices.length - 1)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }

  shape(minRank = 1, maxRank = 4): number[] {
    return Array.from({ length: this.int(minRank, maxRank) }, () => this.int(1, 6))
  }

  /** Values that differ from each other, in random order: no ties, and none on the edge of a step. */
  values(shape: readonly number[], low = -2, high = 2): Float32Array {
    const size = shape.reduce((product, length) => product * length, 1)
    const values = Float32Array.from({ length: size }, (_, i) => low + ((i + 0.5) / size) * (high - low))
    for (let i = size - 1; i > 0; i--) {
      const j = this.int(0, i)
      const value = values[i] ?? 0
      values[i] = values[j] ?? 0
      values[j] = value
    }
    return values
  }

  /** A value for each tensor that is broadcast to `shape`: axes of length 1, leading axes left out. */
  broadcastable(shape: readonly number[]): number[] {
    const thinned = shape.map((length) => (this.unit() < 0.3 ? 1 : length))
    return thinned.slice(this.unit() < 0.3 ? this.int(0, thinned.length - 1) : 0)
  }
}
