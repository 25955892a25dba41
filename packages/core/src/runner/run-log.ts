import { reasonOf } from '../errors/hook-error.js'
import { FileSink } from '../logging/file-sink.js'
import type { Logger } from '../logging/logger.js'
import type { Storage } from '../storage/storage.js'
import type { Visualizer } from '../visualization/visualizer.js'
import type { WorkDir } from './work-dir.js'

/** The log file while one run lasts. */
export class RunLog {
  readonly #sink: FileSink
  readonly #removeSink: () => void

  private constructor(
    storage: Storage,
    { logFile }: WorkDir,
    private readonly logger: Logger,
  ) {
    this.#sink = new FileSink(storage, logFile, logger.name)
    this.#removeSink = logger.addSink(this.#sink)
  }

  /** @throws `HL_STORAGE_WRITE` when the work dir cannot be written to */
  static async open(storage: Storage, workDir: WorkDir, logger: Logger): Promise<RunLog> {
    await storage.makeFolder(workDir.logDir)
    return new RunLog(storage, workDir, logger)
  }

  // Whoever called the Runner gets the error and shows it; the file is for those who come later.
  noteError(error: unknown): void {
    this.#sink.write(`the run ended by an error: ${reasonOf(error)}`, 'ERROR', new Date())
  }

  /** Waits until everything is written, the log and what the visualizer shows. */
  async close(visualizer: Pick<Visualizer, 'flush'>): Promise<void> {
    // Whether that could be written does not decide whether the run went well.
    await visualizer.flush().catch((error: unknown) => this.logger.error(reasonOf(error)))
    await this.logger.flush().catch((error: unknown) => this.logger.error(reasonOf(error)))
    this.#removeSink()
  }
}
