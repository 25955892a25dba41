import { closeSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const answers = 3

/** The child's side of the benchmark: rounds begin when they are asked for, and what they took is told. */
export class Pace {
  #lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  #begin = 0
  #epochs = 0

  /** @param {{ steps: number, epochs?: number }} task steps of an epoch, epochs of a round */
  constructor({ steps, epochs = 1 }) {
    Object.assign(this, { steps, epochs })
  }

  /** Waits until the next round is wanted; ends the process where there is none. */
  async begin() {
    if (this.#epochs++ % this.epochs > 0) return
    const { done } = await this.#lines.next()
    if (done) {
      closeSync(answers)
      process.exit(0)
    }
    this.#begin = performance.now()
  }

  /** Stops the clock. @param {() => number} [readLoss] read when it stands */
  end(readLoss) {
    if (this.#epochs % this.epochs > 0) return
    const value = (performance.now() - this.#begin) / this.steps / this.epochs
    this.tell({ value, loss: readLoss?.() })
  }

  /** @param {object} answer with the `value` of a round, or what to know of the process */
  tell(answer) {
    writeSync(answers, `${JSON.stringify(answer)}\n`)
  }
}
