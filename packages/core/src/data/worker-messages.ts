import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import type { Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './data-workers.js'

/** To a thread. `pass` is the number of the pass that it belongs to; those of earlier ones are not made. */
export interface OrderMessage extends BatchOrder {
  readonly pass: number
}

/** From a thread: a batch, why there is none, or why it cannot make any. */
export type Reply =
  | { readonly pass: number; readonly batchIdx: number; readonly fetched: Fetched }
  | { readonly pass: number; readonly batchIdx: number; readonly error: SentError }
  | { readonly fatal: SentError }

/** An error on its way between threads, which copy neither its class nor its code. */
export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly cause: SentError | undefined
}

export function sentError(error: unknown): SentError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), stack: undefined, code: undefined, cause: undefined }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: hasCode(error) ? error.code : undefined,
    cause: error.cause === undefined ? undefined : sentError(error.cause),
  }
}

/** The error with its message, code, cause and the stack that it had in its thread. */
export function receivedError({ name, message, stack, code, cause }: SentError): Error {
  const options = cause === undefined ? undefined : { cause: receivedError(cause) }
  const error = code === undefined ? new Error(message, options) : new HookloopError(code, message, options)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  if (stack !== undefined) error.stack = stack
  return error
}
