import { hostname } from 'node:os'

/** Says which process made a file or folder, so that another one can tell whether it was left behind. */
export interface ProcessMark {
  readonly host: string
  readonly pid: number
}

/** The mark of this process. */
export function ownMark(): ProcessMark {
  return { host: hostname().replaceAll(/[^\w-]/g, '_'), pid: process.pid }
}

/** True if the process is known to be gone; false also where it runs on another machine. */
export function isGone({ host, pid }: ProcessMark): boolean {
  if (host !== ownMark().host) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
