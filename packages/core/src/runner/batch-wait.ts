import type { DataBatch } from '../data/dataset.js'
import { unlessGivenUp } from '../data/given-up.js'
import type { BatchIterator } from '../data/prefetching-iterator.js'
import type { RunPlace } from '../errors/hook-error.js'
import type { Logger } from '../logging/logger.js'
import type { Interruption } from './interruption.js'

const patienceSeconds = 30

/** What a wait for a batch belongs to. */
export interface WaitingRun {
  readonly interruption: Interruption
  readonly logger: Logger
  readonly place: () => RunPlace
}

/**
 * A batch that is not there yet; a long wait is told.
 * @throws `HL_INTERRUPTED` when somebody asks the run to end meanwhile
 */
export function waitForBatch(
  { interruption, logger, place }: WaitingRun,
  batches: BatchIterator,
  batch: Promise<DataBatch | undefined>,
): Promise<DataBatch | undefined> {
  return unlessGivenUp(batch, (giveUp) => {
    const timer = setTimeout(() => logger.warn(longWait(batches.awaited)), patienceSeconds * 1000)
    const stopListening = interruption.onRequest(() => giveUp(interruption.error(place())))
    return () => {
      clearTimeout(timer)
      stopListening()
    }
  })
}

/** Ends a pass. Who interrupts a run does not wait for a dataset that may hang. */
export async function closeBatches(interruption: Interruption, batches: BatchIterator): Promise<void> {
  let stopListening: (() => void) | undefined
  const interrupted = new Promise<void>((resolve) => {
    stopListening = interruption.onRequest(resolve)
  })
  await Promise.race([batches.close(), interrupted]).finally(stopListening)
}

function longWait(awaited = 'a batch'): string {
  return (
    `waiting for ${patienceSeconds} s for ${awaited}; an interruption (Ctrl-C) ends and saves the run, and a timeout ` +
    'of the data loader, in seconds, makes an error of such a wait'
  )
}
