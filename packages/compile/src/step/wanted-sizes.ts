/** A smaller call is prepared for once it was wanted so often. */
const oftenWanted = 4

/** Sizes of calls: few, since TensorFlow prepares itself for each. */
export class WantedSizes {
  /** How often smaller calls were wanted, by their size. */
  readonly #wanted = new Map<number, number>()

  constructor(private readonly mostSteps: number) {}

  /** So many steps were to be computed at once. */
  note(waiting: number): void {
    if (waiting >= this.mostSteps) return
    const size = 2 ** Math.floor(Math.log2(waiting))
    this.#wanted.set(size, (this.#wanted.get(size) ?? 0) + 1)
  }

  /** The size of the next call: all steps, one, or a power of two that was wanted often. */
  of(waiting: number): number {
    if (waiting >= this.mostSteps) return this.mostSteps
    const [size = 1] = [...this.#wanted]
      .filter(([wanted, times]) => wanted <= waiting && times >= oftenWanted)
      .map(([wanted]) => wanted)
      .sort((a, b) => b - a)
    return size
  }
}
