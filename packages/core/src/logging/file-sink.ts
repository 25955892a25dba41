import type { Storage } from '../storage/storage.js'
import { formatDateTime, type LogLevel, type LogSink } from './logger.js'

/** Writes log lines to a file; lines of one moment go out together. */
export class FileSink implements LogSink {
  #waiting: string[] = []
  #written: Promise<void> = Promise.resolve()
  #failure: { readonly error: unknown } | undefined

  constructor(
    private readonly storage: Storage,
    private readonly path: string,
    private readonly name: string,
  ) {}

  write(message: string, level: LogLevel, time: Date): void {
    this.#waiting.push(`${formatDateTime(time)} - ${this.name} - ${level} - ${message}\n`)
    if (this.#waiting.length === 1) this.#written = this.#written.then(() => this.#writeWaiting())
  }

  /** @throws the first failure since the last flush: a full disk must not end the training through its log */
  async flush(): Promise<void> {
    await this.#written
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure.error
  }

  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting.splice(0)
    try {
      await this.storage.append(this.path, lines.join(''))
    } catch (error) {
      this.#failure ??= { error }
    }
  }
}
