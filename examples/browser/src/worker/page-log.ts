import type { LogLevel, LogSink } from '@hookloop/core'
import type { FromWorker } from '../messages.js'

/** Shows the log of all runs of this page. */
export class PageLog implements LogSink {
  readonly #tables = new Set<string>()

  constructor(private readonly tell: (message: FromWorker) => void) {}

  write(text: string, level: LogLevel): void {
    // Each run prints the table of its hooks; the same one need not be read again after every pause.
    if (text.includes('\n') && this.#tables.has(text)) return
    if (text.includes('\n')) this.#tables.add(text)
    this.tell({ type: 'line', text })
    if (level === 'ERROR') this.tell({ type: 'trouble', text })
  }
}
