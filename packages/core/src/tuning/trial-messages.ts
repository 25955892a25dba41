import * as v from 'valibot'

/** What a process that measures says of its training, before the first step. */
const trainingSchema = v.object({
  hookloopTrial: v.literal('training'),
  /** See `trainingSignature`. */
  signature: v.string(),
  /** Fields of the first batch, with dtype and shape. */
  batch: v.string(),
})
const measuredSchema = v.object({ hookloopTrial: v.literal('measured'), msPerStep: v.number() })
const failedSchema = v.object({ hookloopTrial: v.literal('failed'), reason: v.string() })

const messageSchema = v.variant('hookloopTrial', [trainingSchema, measuredSchema, failedSchema])
export type TrialMessage = v.InferOutput<typeof messageSchema>
export type TrialTraining = v.InferOutput<typeof trainingSchema>

/** The message; undefined for what the program itself sends to whoever started it. */
export function trialMessage(value: unknown): TrialMessage | undefined {
  const result = v.safeParse(messageSchema, value)
  return result.success ? result.output : undefined
}
