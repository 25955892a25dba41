import { bytesOf, joinBytes } from './bytes.js'
import { type Storage, writeFile } from './storage.js'

/** Writes files in the order of its calls without making the callers wait; the next flush tells what failed. */
export class BackgroundWriter {
  readonly #waiting = new Map<string, Uint8Array[]>()
  #written: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(private readonly storage: Storage) {}

  /** Adds to the end of a file; what comes while an earlier write is under way goes out together. */
  append(path: string, content: string | Uint8Array): void {
    const bytes = bytesOf(content)
    const waiting = this.#waiting.get(path)
    if (waiting !== undefined) waiting.push(bytes)
    else {
      this.#waiting.set(path, [bytes])
      this.#enqueue(() => this.#appendWaiting(path))
    }
  }

  /** Writes a whole file in the place of what was there. */
  write(path: string, content: string | Uint8Array): void {
    this.#enqueue(() => writeFile(this.storage, path, content))
  }

  /** Waits until all is written. @throws the first failure since the last flush */
  async flush(): Promise<void> {
    await this.#written
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  #enqueue(task: () => Promise<void>): void {
    this.#written = this.#written.then(task).catch((error: unknown) => {
      this.#failure ??= { error }
    })
  }

  async #appendWaiting(path: string): Promise<void> {
    const parts = this.#waiting.get(path) ?? []
    this.#waiting.delete(path)
    await this.storage.append(path, joinBytes(parts))
  }
}
