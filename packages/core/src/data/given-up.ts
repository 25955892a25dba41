import { disposeTensors } from '../engine/tensors.js'
import type { DataBatch } from './dataset.js'

/**
 * The batch, unless somebody gives up on it before; one that comes later is freed.
 * @param watch gets what gives up, with the reason that the promise is rejected with; it returns what ends the watch
 */
export async function unlessGivenUp(
  batch: Promise<DataBatch | undefined>,
  watch: (giveUp: (reason: unknown) => void) => () => void,
): Promise<DataBatch | undefined> {
  let isGivenUp = false
  let endWatch: (() => void) | undefined
  const givenUp = new Promise<never>((_, reject) => {
    endWatch = watch((reason) => {
      isGivenUp = true
      reject(reason)
    })
  })
  const wanted = batch.then((there) => {
    if (isGivenUp) disposeTensors(there)
    return there
  })
  try {
    return await Promise.race([wanted, givenUp])
  } finally {
    endWatch?.()
  }
}
