import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import { type BatchOrder, nameOrder } from './batch-order.js'

/** What failed while a batch was put together, with the loader and the batch; errors of others are left as they are. */
export function placedError(error: unknown, name: string, order: BatchOrder): unknown {
  if (!hasCode(error)) return error
  return new HookloopError(error.code, `${name}, ${nameOrder(order)}: ${error.message}`, { cause: error })
}
