import { TfeventsError } from '../src/errors.js'

/** The code of the TfeventsError that a call throws; any other error goes on, no error is `undefined`. */
export function thrownCode(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof TfeventsError) return error.code
    throw error
  }
}
