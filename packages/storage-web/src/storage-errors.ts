import { HookloopError } from '@hookloop/core'

/** No file system of its own for this page. */
export function unavailable(reason: string, cause?: unknown): HookloopError {
  return new HookloopError(
    'HL_STORAGE_UNAVAILABLE',
    `This page has no private file system (OPFS): ${reason}. Use https or localhost, and no private window; ` +
      '`storage: new MemoryStorage()` trains without it and forgets everything when the page closes',
    { cause },
  )
}

export function readError(path: string, cause: unknown): HookloopError {
  if (isUnavailable(cause)) return cause
  return new HookloopError(
    'HL_STORAGE_READ',
    `${path} cannot be read from the page's private file system: ${reasonOf(cause)}. Name a file that is there`,
    { cause },
  )
}

/** Says what to do: make room, wait for another writer, or choose another name. */
export async function writeError(path: string, cause: unknown): Promise<HookloopError> {
  if (isUnavailable(cause)) return cause
  return new HookloopError(
    'HL_STORAGE_WRITE',
    `${path} cannot be written to the page's private file system: ${await explain(cause)}`,
    { cause },
  )
}

/** The page may not store more. */
export class NoRoomError extends Error {
  override readonly name = 'QuotaExceededError'
}

async function explain(cause: unknown): Promise<string> {
  switch (cause instanceof Error || cause instanceof DOMException ? cause.name : '') {
    case 'QuotaExceededError':
      return `there is no room, ${await usage()}. Remove old runs, keep fewer checkpoints (checkpoint.maxKeepCkpts), or free disk space`
    case 'NoModificationAllowedError':
      return 'another tab or worker has it open. Close that one, or use another workDir'
    case 'TypeMismatchError':
      return 'a folder is where a file should be, or a file where a folder should be. Choose another name'
    case 'TypeError':
      return `${reasonOf(cause)}. Every name between the slashes must be one that the browser takes: not empty, not . or .., without \\`
    default:
      return `${reasonOf(cause)}. Reload the page, or choose another workDir`
  }
}

async function usage(): Promise<string> {
  const { usage, quota } = await navigator.storage.estimate()
  const megabytes = (bytes = 0) => `${(bytes / 1e6).toFixed(1)} MB`
  return `the site uses ${megabytes(usage)} of ${megabytes(quota)}`
}

function isUnavailable(error: unknown): error is HookloopError {
  return error instanceof HookloopError && error.code === 'HL_STORAGE_UNAVAILABLE'
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause)
}
