import type { MessageHub } from '@hookloop/core'
import type { Curves } from '../messages.js'

const accuracyKey = 'val/accuracy/top1'
/** Iterations after which validations were made: the hub's histories know no iterations. */
const itersKey = 'page_validation_iters'

/**
 * What the message hub remembers from iteration `from` on; it comes with every checkpoint, so a page that was reloaded
 * draws the whole run. Values that are still on the device must be settled.
 * @param lastEnd iterations at the end of the last finished epoch
 */
export function curvesOf(hub: MessageHub, lastEnd: number, from = 0): Curves {
  const values = (key: string) => hub.scalars.get(key)?.data().values ?? new Float64Array()
  const iters = validationIters(hub, lastEnd)
  const accuracy = Array.from(
    values(accuracyKey),
    (share, index) => [iters[index] ?? lastEnd, share] as const,
  )
  return { from, loss: values('train/loss').slice(from), lr: values('train/lr').slice(from), accuracy }
}

/** Notes after which iteration a validation was made, once its metrics are in the hub. */
export function noteValidation(hub: MessageHub, iter: number): void {
  hub.updateInfo(itersKey, validationIters(hub, iter))
}

/** Node notes nothing: its validations lie evenly between what is known. */
function validationIters({ scalars, info }: MessageHub, lastEnd: number): number[] {
  const noted: unknown = info.get(itersKey)
  const count = scalars.get(accuracyKey)?.length ?? 0
  const known = Array.isArray(noted) ? noted.map(Number).slice(0, count) : []
  const begin = known.at(-1) ?? 0
  const step = (lastEnd - begin) / (count - known.length)
  return [...known, ...Array.from({ length: count - known.length }, (_, index) => begin + step * (index + 1))]
}
