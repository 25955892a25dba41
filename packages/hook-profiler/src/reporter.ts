import { type Logger, type Storage, writeChunks } from '@hookloop/core'
import { traceChunks } from './chrome-trace.js'
import type { ProfilerHookOptions } from './options.js'
import type { Profile } from './profile.js'
import { profileTable } from './profile-table.js'
import type { ProfileReporter } from './profiling.js'

/** What a report needs of a run. */
export interface ReportPlaces {
  readonly storage: Storage
  readonly logger: Logger
  readonly workDir: string
  readonly logDir: string
  readonly timestamp: string
  readonly dist: { readonly rank: number }
}

/** Sends profiles where the options say: into the log, into files, to a function. */
export class Reporter implements ProfileReporter {
  #reported = 0
  /** What the file of all profiles will hold. */
  readonly #kept: Profile[] = []

  constructor(
    private readonly run: ReportPlaces,
    private readonly options: ProfilerHookOptions,
  ) {}

  async report(profile: Profile): Promise<void> {
    const { onTraceReady, jsonTracePath } = this.options
    this.#reported += 1
    if (jsonTracePath) this.#kept.push(profile)
    if (typeof onTraceReady === 'function') await onTraceReady(profile)
    else if (onTraceReady?.type === 'tb_trace') await this.#writeFileOf(profile, onTraceReady.dirName)
    else if (onTraceReady || !jsonTracePath) this.#log(profileTable(profile, onTraceReady ?? {}))
  }

  async end(steps: number): Promise<void> {
    const { jsonTracePath } = this.options
    if (this.#reported === 0)
      this.warn(`nothing was recorded, because the schedule had not begun after ${steps} iterations`)
    else if (jsonTracePath) await this.#write(inFolder(this.run, this.run.workDir, jsonTracePath), this.#kept)
  }

  warn(message: string): void {
    this.run.logger.warn(`ProfilerHook: ${message}`)
  }

  #log(message: string): void {
    this.run.logger.info(`ProfilerHook: ${message}`)
  }

  #writeFileOf(profile: Profile, dirName = 'tf_tracing_logs'): Promise<void> {
    const { run } = this
    const folder = inFolder(run, run.logDir, dirName)
    return this.#write(run.storage.join(folder, `${run.timestamp}_cycle${profile.cycle}.json`), [profile])
  }

  /** Other processes than the first write beside its file. */
  async #write(path: string, profiles: readonly Profile[]): Promise<void> {
    const { storage, dist } = this.run
    const own = dist.rank === 0 ? path : path.replace(/\.json$/, `_rank${dist.rank}.json`)
    await writeChunks(storage, own, traceChunks(profiles))
    this.#log(`wrote ${own}; open it in chrome://tracing or https://ui.perfetto.dev`)
  }
}

function inFolder({ storage }: ReportPlaces, folder: string, path: string): string {
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : storage.join(folder, path)
}
