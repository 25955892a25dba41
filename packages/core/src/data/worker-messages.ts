import type { Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './batch-order.js'
import type { SentError } from './sent-error.js'

/** To a thread. `pass` is the number of the pass that it belongs to; those of earlier ones are not made. */
export interface OrderMessage extends BatchOrder {
  readonly pass: number
}

/** From a thread: a batch, why there is none, or why it cannot make any. */
export type Reply =
  | { readonly pass: number; readonly batchIdx: number; readonly fetched: Fetched }
  | { readonly pass: number; readonly batchIdx: number; readonly error: SentError }
  | { readonly fatal: SentError }
