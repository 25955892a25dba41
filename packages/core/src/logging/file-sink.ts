import type { Storage } from '../storage/storage.js'
import { formatDateTime, type LogLevel, type LogSink } from './logger.js'

/** Writes log lines to a file; lines of one moment go out together. */
export class FileSink implements LogSink {
  #waiting: string[] = []
  #written: Promise<void> = Promise.resolve()

  constructor(
    private readonly storage: Storage,
    private readonly path: string,
    private readonly name: string,
  ) {}

  write(message: string, level: LogLevel, time: Date): void {
    this.#waiting.push(`${formatDateTime(time)} - ${this.name} - ${level} - ${message}\n`)
    if (this.#waiting.length === 1) this.#written = this.#written.then(() => this.#writeWaiting())
    // A full disk must not end the training through its log; `flush` reports it.
    this.#written.catch(() => undefined)
  }

  flush(): Promise<void> {
    return this.#written
  }

  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting.splice(0)
    await this.storage.append(this.path, lines.join(''))
  }
}
