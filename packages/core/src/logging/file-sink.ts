import { BackgroundWriter } from '../storage/background-writer.js'
import type { Storage } from '../storage/storage.js'
import { formatDateTime, type LogLevel, type LogSink } from './logger.js'

/** Writes log lines to a file; lines of one moment go out together. */
export class FileSink implements LogSink {
  readonly #writer: BackgroundWriter

  constructor(
    storage: Storage,
    private readonly path: string,
    private readonly name: string,
  ) {
    this.#writer = new BackgroundWriter(storage)
  }

  write(message: string, level: LogLevel, time: Date): void {
    this.#writer.append(this.path, `${formatDateTime(time)} - ${this.name} - ${level} - ${message}\n`)
  }

  /** @throws the first failure since the last flush: a full disk must not end the training through its log */
  flush(): Promise<void> {
    return this.#writer.flush()
  }
}
