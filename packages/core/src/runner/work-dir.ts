import type { Storage } from '../storage/storage.js'

/** Names of a run's files. */
export interface WorkDir {
  readonly path: string
  /** `YYYYMMDD_HHMMSS`, local time. */
  readonly timestamp: string
  /** `<workDir>/<timestamp>`. */
  readonly logDir: string
  /** One for each process. */
  readonly logFile: string
  /** Holds the place of the newest resumable checkpoint. */
  readonly lastCheckpoint: string
}

export function layOutWorkDir(storage: Storage, workDir: string, time: Date, rank: number): WorkDir {
  const path = storage.absolute(workDir)
  const timestamp = timestampOf(time)
  const logDir = storage.join(path, timestamp)
  return {
    path,
    timestamp,
    logDir,
    logFile: storage.join(logDir, `${timestamp}${rank === 0 ? '' : `_rank${rank}`}.log`),
    lastCheckpoint: storage.join(path, 'last_checkpoint'),
  }
}

function timestampOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`
  return `${day}_${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`
}

/** The newest resumable checkpoint of a work dir, wherever that was moved to; undefined where there is none. */
export async function findLastCheckpoint(storage: Storage, workDir: WorkDir): Promise<string | undefined> {
  if (!(await storage.exists(workDir.lastCheckpoint))) return undefined
  const noted = new TextDecoder().decode(await storage.read(workDir.lastCheckpoint)).trim()
  if (noted === '') return undefined
  // The note is relative to the work dir; files of other tools hold an absolute path.
  return /^([/\\]|[A-Za-z]:)/.test(noted) ? noted : storage.join(workDir.path, noted)
}
