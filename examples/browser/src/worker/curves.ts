import type { MessageHub } from '@hookloop/core'
import type { Curves } from '../messages.js'

/**
 * What the message hub remembers from iteration `from` on; it comes with every checkpoint, so a page that was reloaded
 * draws the whole run. Values that are still on the device must be settled.
 * @param itersPerEpoch iterations between two validations
 */
export function curvesOf({ scalars }: MessageHub, itersPerEpoch: number, from = 0): Curves {
  const values = (key: string) => scalars.get(key)?.data().values ?? new Float64Array()
  const accuracy = Array.from(
    values('val/accuracy/top1'),
    (share, index) => [(index + 1) * itersPerEpoch, share] as const,
  )
  return { from, loss: values('train/loss').slice(from), lr: values('train/lr').slice(from), accuracy }
}
