import type { LogLevel, LogSink, Runner } from '@hookloop/core'

/** A line of a log, as it was written. */
export interface LogLine {
  readonly level: LogLevel
  readonly message: string
}

/** A sink that keeps the lines of a run's log. */
export class LogRecorder implements LogSink {
  readonly lines: LogLine[] = []

  /** Keeps the lines of `runner` from now on. */
  static of(runner: Pick<Runner, 'logger'>): LogRecorder {
    const recorder = new LogRecorder()
    runner.logger.addSink(recorder)
    return recorder
  }

  write(message: string, level: LogLevel): void {
    this.lines.push({ message, level })
  }

  /** The messages of one level, or all of them. */
  messages(level?: LogLevel): string[] {
    return this.lines
      .filter((line) => level === undefined || line.level === level)
      .map(({ message }) => message)
  }
}
