import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { systemErrorCode } from './errors.js'
import { isGone, ownMark, type ProcessMark } from './process-mark.js'

const heartbeatMs = 2_000
const abandonedAfterMs = 30_000
const pollMs = 200

/**
 * Runs `work` while no other process that uses the same lock file does, and waits for its turn before.
 *
 * The lock spares double work; it is no guarantee, since the lock of a process that was asleep for 30 s is
 * taken over. What it guards has to be right without it, through atomic renames.
 * @param onWait called once if another process holds the lock
 */
export async function withLock<Result>(
  lockFile: string,
  work: () => Promise<Result>,
  onWait: () => void = () => {},
): Promise<Result> {
  for (let isFirst = true; !(await isTaken(lockFile)); isFirst = false) {
    if (await isAbandoned(lockFile)) {
      await breakLock(lockFile)
      continue
    }
    if (isFirst) onWait()
    await wait(pollMs)
  }
  const heartbeat = setInterval(() => void touch(lockFile), heartbeatMs)
  heartbeat.unref()
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    await rm(lockFile, { force: true })
  }
}

/** Tries to make the lock file; true if it is ours now. */
async function isTaken(lockFile: string): Promise<boolean> {
  try {
    await writeFile(lockFile, JSON.stringify(ownMark()), { flag: 'wx' })
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function isAbandoned(lockFile: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lockFile)
    if (Date.now() - mtimeMs > abandonedAfterMs) return true
    const holder: ProcessMark = JSON.parse(await readFile(lockFile, 'utf8'))
    return isGone(holder)
  } catch {
    // Released just now, or not fully written yet: ask again.
    return false
  }
}

/** Of several that break the same lock, the rename lets one do it. */
async function breakLock(lockFile: string): Promise<void> {
  const broken = `${lockFile}.${process.pid}`
  try {
    await rename(lockFile, broken)
    await rm(broken, { force: true })
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

async function touch(lockFile: string): Promise<void> {
  const now = new Date()
  try {
    await utimes(lockFile, now, now)
  } catch {
    // Taken over by another process; the work goes on, see above.
  }
}
