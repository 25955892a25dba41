import type { Runner } from '@hookloop/core'

/** Rows of scalars as JSON lines, in MMEngine's files: `scalars.json` and `<timestamp>.json` under `vis_data`. */
export class ScalarLog {
  #written: Promise<unknown> = Promise.resolve()

  constructor(private readonly runner: Pick<Runner, 'storage' | 'logDir' | 'timestamp'>) {}

  get paths(): readonly string[] {
    const { storage, logDir, timestamp } = this.runner
    return ['scalars.json', `${timestamp}.json`].map((name) => storage.join(logDir, 'vis_data', name))
  }

  /** Adds a row; rows keep their order. */
  add(tag: Readonly<Record<string, unknown>>, step: number): void {
    const line = `${JSON.stringify({ ...tag, step })}\n`
    const { storage } = this.runner
    this.#written = this.#written.then(() =>
      Promise.all(this.paths.map((path) => storage.append(path, line))),
    )
    // A failure is thrown by the next flush, not as an unhandled rejection.
    this.#written.catch(() => undefined)
  }

  /** Waits until all rows are written. @throws `HL_STORAGE_WRITE` */
  async flush(): Promise<void> {
    await this.#written
  }
}
