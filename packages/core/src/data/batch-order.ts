/** A batch that is asked for. */
export interface BatchOrder {
  readonly epoch: number
  readonly batchIdx: number
  /** Its examples. */
  readonly indices: readonly number[]
}

const namedExamples = 8

/** For messages: `batch 5 of epoch 2 (examples 3, 8, 1)`; of many examples the first. */
export function nameOrder({ epoch, batchIdx, indices }: BatchOrder): string {
  const first = indices.slice(0, namedExamples).join(', ')
  const rest = indices.length > namedExamples ? `, … ${indices.length} in all` : ''
  return `batch ${batchIdx} of epoch ${epoch} (examples ${first}${rest})`
}
