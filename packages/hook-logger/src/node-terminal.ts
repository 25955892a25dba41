import { formatMonthDayTime, type LogLevel } from '@hookloop/core'
import cliProgress from 'cli-progress'
import type { OpenTerminal, Progress, Terminal } from './terminal.js'

export const openTerminal: OpenTerminal = (name, isForced) => {
  const isWatched =
    process.stdout.isTTY === true && (process.env.CI ?? '') === '' && process.env.TERM !== 'dumb'
  return isWatched || (isForced && process.stdout.isTTY === true) ? new ProgressTerminal(name) : undefined
}

class ProgressTerminal implements Terminal {
  readonly #bars: cliProgress.MultiBar
  #bar: cliProgress.SingleBar | undefined
  // A process that ends in the middle of a run must not leave its terminal without line wrap.
  readonly #closeAtExit = () => this.#bars.stop()

  constructor(private readonly name: string) {
    this.#bars = new cliProgress.MultiBar({
      stream: process.stdout,
      format: formatLine,
      fps: 10,
      barsize: 24,
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      clearOnComplete: true,
      hideCursor: false,
      // A line that wraps cannot be cleared.
      linewrap: false,
      gracefulExit: false,
      stopOnComplete: false,
    })
  }

  write(message: string, level: LogLevel, time: Date): void {
    const line = `${formatMonthDayTime(time)} - ${this.name} - ${level} - ${message}\n`
    if (this.#bar === undefined) {
      process.stdout.write(line)
      return
    }
    this.#bars.log(line)
    this.#bars.update()
  }

  show({ done, total, title, facts }: Progress): void {
    this.#bar ??= this.#open(total)
    this.#bar.setTotal(total)
    this.#bar.update(done, { title, facts })
  }

  close(): void {
    if (this.#bar === undefined) return
    // What waits to be printed must not be lost with the bar.
    this.#bars.update()
    this.#bars.stop()
    this.#bar = undefined
    process.off('exit', this.#closeAtExit)
  }

  #open(total: number): cliProgress.SingleBar {
    process.on('exit', this.#closeAtExit)
    return this.#bars.create(total, 0)
  }
}

function formatLine(
  options: cliProgress.Options,
  { progress, value, total }: cliProgress.Params,
  payload: Partial<Progress>,
): string {
  const size = options.barsize ?? 24
  const full = Math.round(progress * size)
  const bar = `${'='.repeat(full)}${' '.repeat(size - full)}`
  const line = `${payload.title ?? ''} [${bar}] ${value}/${total}  ${payload.facts ?? ''}`
  return line.slice(0, Math.max(10, (process.stdout.columns ?? 80) - 1))
}
