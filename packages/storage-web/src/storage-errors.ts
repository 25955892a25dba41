import { HookloopError, hasCode, reasonOf } from '@hookloop/core'

/** No file system of its own for this page. */
export function unavailable(reason: string, cause?: unknown): HookloopError {
  return new HookloopError(
    'HL_STORAGE_UNAVAILABLE',
    `This page has no private file system (OPFS): ${reason}. Use https or localhost, and no private window; ` +
      '`storage: new MemoryStorage()` trains without it and forgets everything when the page closes',
    { cause },
  )
}

export function refused(cause: unknown): HookloopError {
  return unavailable(
    `the browser refuses it (${sayingOf(cause)}), as some do in private windows or where cookies are blocked`,
    cause,
  )
}

/** Reads, with errors that say what could not be read. */
export async function reading<Result>(path: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action()
  } catch (cause) {
    if (hasCode(cause)) throw cause
    if (nameOf(cause) === 'SecurityError') throw refused(cause)
    throw new HookloopError(
      'HL_STORAGE_READ',
      `${path} cannot be read from the page's private file system: ${sayingOf(cause)}. Name a file that is there`,
      { cause },
    )
  }
}

/**
 * Writes, with errors that say what to do: make room, wait for another writer, or choose another name.
 * @param wantedBytes how many bytes it adds, where that is known
 */
export async function writing<Result>(
  path: string,
  action: () => Promise<Result>,
  wantedBytes = 0,
): Promise<Result> {
  try {
    return await action()
  } catch (cause) {
    if (hasCode(cause)) throw cause
    if (nameOf(cause) === 'SecurityError') throw refused(cause)
    throw new HookloopError(
      'HL_STORAGE_WRITE',
      `${path} cannot be written to the page's private file system: ${await explain(cause, wantedBytes)}`,
      { cause },
    )
  }
}

/** The page may not store more. */
export class NoRoomError extends Error {
  override readonly name = 'QuotaExceededError'
}

/** The kind of an error, as browsers tell it. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

const makeRoom = 'Remove old runs, keep fewer checkpoints (checkpoint.maxKeepCkpts), or free disk space'

async function explain(cause: unknown, wantedBytes: number): Promise<string> {
  switch (nameOf(cause)) {
    case 'QuotaExceededError':
      return `there is no room: ${await limit(wantedBytes)}. ${makeRoom}`
    // Chromium's answer to a long write that a full disk or quota cuts short, as often as the one above.
    case 'AbortError':
      return `the browser broke off (${sayingOf(cause)}), as it does when there is no room: ${await limit(wantedBytes)}. ${makeRoom}`
    case 'NoModificationAllowedError':
      return 'another tab or worker has it open. Close that one, or use another workDir'
    case 'TypeMismatchError':
      return 'a folder is where a file should be, or a file where a folder should be. Choose another name'
    case 'InvalidModificationError':
      return 'it is a folder that holds something. Remove that first, or choose another name'
    default:
      return `${sayingOf(cause)}. Reload the page, or choose another workDir`
  }
}

/** The figures of the site where they explain the failure; browsers know more limits than they tell. */
async function limit(wantedBytes: number): Promise<string> {
  const { usage = 0, quota = 0 } = await figures()
  if (quota === 0 || usage + wantedBytes < quota)
    return 'the disk or what the browser gives this site is full'
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return `the site uses ${megabytes(usage)} of ${megabytes(quota)}`
}

/** Safari before 17 gives none. */
async function figures(): Promise<StorageEstimate> {
  return 'estimate' in navigator.storage ? navigator.storage.estimate().catch(() => ({})) : {}
}

/** What the browser says, to go on with a full stop. */
function sayingOf(cause: unknown): string {
  return reasonOf(cause).replace(/\.$/, '')
}
