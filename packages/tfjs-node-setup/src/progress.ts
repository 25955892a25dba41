/** The parts of a set-up, in the order in which they happen; those not needed are left out. */
export type SetupStep = 'wait' | 'check' | 'download' | 'verify' | 'unpack' | 'compile' | 'link' | 'test'

/** A sign of life of the set-up. */
export interface SetupProgress {
  readonly step: SetupStep
  /** What is being done, as a short phrase. */
  readonly message: string
  /** Bytes done so far, where the step can tell. */
  readonly bytesDone?: number
  /** Bytes of the whole step, where the step can tell. */
  readonly bytesTotal?: number
}

/** Receives the signs of life of a set-up. */
export type OnProgress = (progress: SetupProgress) => void

/** Bytes in the decimal units that downloads are given in: `214 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`
  return `${Math.round(bytes / 1e3)} kB`
}
