import { formatBytes, type OnProgress, type SetupProgress, type SetupStep } from './progress.js'

/** What is needed of a stream to show progress on it. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/**
 * Shows progress on a stream: one line per step, which on a terminal counts up in place and elsewhere is
 * repeated at each quarter of the way.
 * @param stream default `process.stderr`
 */
export function terminalProgress(stream: ProgressStream = process.stderr): OnProgress {
  return stream.isTTY === true ? liveLines(stream) : plainLines(stream)
}

function liveLines(stream: ProgressStream): OnProgress {
  let isOpen = false
  let current: SetupStep | undefined
  return (progress) => {
    if (isOpen && progress.step !== current) stream.write('\n')
    const line = describe(progress).slice(0, (stream.columns || 80) - 1)
    stream.write(`\r\x1b[K${line}`)
    current = progress.step
    isOpen = !isComplete(progress)
    if (!isOpen) stream.write('\n')
  }
}

function plainLines(stream: ProgressStream): OnProgress {
  let lastStep: SetupStep | undefined
  let lastQuarter = 0
  return (progress) => {
    const quarter = Math.floor(fractionDone(progress) * 4)
    if (progress.step === lastStep && quarter <= lastQuarter) return
    lastStep = progress.step
    lastQuarter = quarter
    stream.write(`${describe(progress)}\n`)
  }
}

function describe(progress: SetupProgress): string {
  return `  ${progress.step.padEnd(9)} ${progress.message}${amount(progress)}`
}

function amount({ bytesDone, bytesTotal }: SetupProgress): string {
  if (bytesDone === undefined || bytesTotal === undefined) return ''
  const percent = Math.floor((100 * bytesDone) / bytesTotal)
  return `: ${percent} % (${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)})`
}

function fractionDone({ bytesDone, bytesTotal }: SetupProgress): number {
  return bytesDone === undefined || bytesTotal === undefined ? 0 : bytesDone / bytesTotal
}

/** Steps that cannot count are one line each and end with it. */
function isComplete(progress: SetupProgress): boolean {
  return progress.bytesTotal === undefined || fractionDone(progress) >= 1
}
