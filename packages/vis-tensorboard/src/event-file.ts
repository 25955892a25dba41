import { eventFileName, fileVersionEvent, sessionStartEvent } from '@hookloop/tfevents'

// A page knows neither its machine nor a process id; a number that no other will draw keeps files apart.
const [processNumber] = crypto.getRandomValues(new Uint32Array(1))
let begunFiles = 0

/** A new event file. */
export interface EventFile {
  /** Its own, also among the files of other processes. */
  readonly name: string
  /** The records that it begins with. */
  readonly head: readonly Uint8Array[]
}

/**
 * Begins an event file.
 * @param startStep the step of this training's first value, from which on TensorBoard drops what earlier files of
 * the folder hold; nothing is dropped, if it is not known
 */
export function beginEventFile(startStep: number | undefined): EventFile {
  const wallTime = Date.now() / 1000
  const sequence = begunFiles++
  return {
    name: eventFileName({ wallTime, hostname: 'hookloop', pid: processNumber, sequence }),
    head: [
      fileVersionEvent({ wallTime }),
      ...(startStep === undefined ? [] : [sessionStartEvent({ step: startStep, wallTime })]),
    ],
  }
}
