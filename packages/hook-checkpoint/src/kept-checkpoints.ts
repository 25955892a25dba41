/** The numbers of the regular checkpoints that are kept, oldest first. */
export class KeptCheckpoints {
  #ids: number[] = []

  /** @param limit not above 0: all are kept */
  constructor(readonly limit: number) {}

  get ids(): readonly number[] {
    return this.#ids
  }

  get isLimited(): boolean {
    return this.limit > 0
  }

  /** Adds a number, unless it is the newest already. @returns the numbers that have to go */
  add(id: number): readonly number[] {
    if (!this.isLimited || this.#ids.at(-1) === id) return []
    this.#ids.push(id)
    return this.#ids.splice(0, Math.max(0, this.#ids.length - this.limit))
  }

  /** Takes stored numbers over. @returns the numbers that have to go */
  restore(ids: readonly number[]): readonly number[] {
    if (!this.isLimited) return []
    this.#ids = [...ids]
    return this.#ids.splice(0, Math.max(0, this.#ids.length - this.limit))
  }
}
