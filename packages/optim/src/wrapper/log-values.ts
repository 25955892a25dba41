import { disposeTensors } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Values that wait for the log; owns their tensors until somebody takes them. */
export class LogValues {
  #values: Record<string, Tensor | number> | undefined

  /** Takes `value` over; an older one of that name is freed. */
  set(name: string, value: Tensor | number): void {
    disposeTensors(this.#values?.[name])
    this.#values = { ...this.#values, [name]: value }
  }

  /** Gives all away; undefined where there is nothing new. */
  take(): Record<string, Tensor | number> | undefined {
    const values = this.#values
    this.#values = undefined
    return values
  }

  dispose(): void {
    disposeTensors(this.take())
  }
}
