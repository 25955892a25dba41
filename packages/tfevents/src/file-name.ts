import { TfeventsError } from './errors.js'
import { checkedWallTime, type WallTimed } from './moment.js'
import { quote } from './text.js'

// Not only what Windows forbids: TensorBoard also reads addresses, where these characters mean something.
const fileNamePart = /^[^\p{Surrogate}\p{Control}\s/\\:*?"<>|#%]+$/u

/** What makes the name of an event file its own. */
export interface EventFileNameOptions extends WallTimed {
  /** The machine that writes. */
  hostname: string
  /** Its process; 0, if left out. */
  pid?: number | undefined
  /** Tells files apart that one process begins within one second; 0, if left out. */
  sequence?: number | undefined
}

/**
 * `events.out.tfevents.<seconds>.<hostname>.<pid>.<sequence>`. TensorBoard finds event files by the middle of this
 * name, and reads those of a folder in the order of their names, which is that of their times.
 * @throws TfeventsError `HL_TFEVENTS_FILE_NAME`, `HL_TFEVENTS_WALL_TIME`
 */
export function eventFileName(options: EventFileNameOptions): string {
  const { hostname, pid = 0, sequence = 0 } = options
  const seconds = Math.floor(checkedWallTime(options.wallTime, 'The file name'))
  checkHostname(hostname)
  checkCount(seconds, 'wall time')
  checkCount(pid, 'pid')
  checkCount(sequence, 'sequence')
  return `events.out.tfevents.${String(seconds).padStart(10, '0')}.${hostname}.${pid}.${sequence}`
}

function checkHostname(hostname: string): void {
  if (typeof hostname === 'string' && fileNamePart.test(hostname)) return
  throw new TfeventsError(
    'HL_TFEVENTS_FILE_NAME',
    `The hostname is ${quote(hostname)}; it must be text that can stand in a file name`,
  )
}

function checkCount(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new TfeventsError(
    'HL_TFEVENTS_FILE_NAME',
    `The ${what} of a file name is ${quote(value)}; it must be a whole number from 0`,
  )
}
