/** Whether a process of this machine runs. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Anything but "no such process" says that there is one.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
