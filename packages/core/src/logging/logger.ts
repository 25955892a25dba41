/** How important a line is. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

const ranks: Readonly<Record<LogLevel, number>> = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40 }

/** Takes finished lines without a line break. */
export interface LogSink {
  /** @param time when the line was written */
  write(message: string, level: LogLevel, time: Date): void
  /** Waits until everything written is where it belongs. */
  flush?(): Promise<void>
}

/** Writes lines to every sink; repeated warnings once. */
export class Logger {
  readonly #sinks = new Set<LogSink>()
  readonly #warned = new Set<string>()

  constructor(
    readonly name: string,
    readonly level: LogLevel = 'INFO',
  ) {}

  /** @returns a function that takes the sink away again */
  addSink(sink: LogSink): () => void {
    this.#sinks.add(sink)
    return () => this.#sinks.delete(sink)
  }

  /** Puts `next` in the place of `present`, such as a terminal with a progress line for the plain console. */
  replaceSink(present: LogSink, next: LogSink): void {
    if (this.#sinks.delete(present)) this.#sinks.add(next)
  }

  debug(message: string): void {
    this.log('DEBUG', message)
  }

  info(message: string): void {
    this.log('INFO', message)
  }

  /** Says a warning; an identical one is said only once per run. */
  warn(message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.log('WARNING', message)
  }

  error(message: string): void {
    this.log('ERROR', message)
  }

  log(level: LogLevel, message: string): void {
    if (ranks[level] < ranks[this.level]) return
    const time = new Date()
    for (const sink of this.#sinks) sink.write(message, level, time)
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#sinks].map((sink) => sink.flush?.()))
  }
}

/** `2026/01/31 09:05:07`, local time. */
export function formatDateTime(time: Date): string {
  return `${time.getFullYear()}/${formatMonthDayTime(time)}`
}

/** `01/31 09:05:07`, local time. */
export function formatMonthDayTime(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${two(time.getMonth() + 1)}/${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
