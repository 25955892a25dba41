import { hasCode, type MessageHub } from '@hookloop/core'

/** Where a run left things. */
export interface RunPlaces {
  readonly workDir: string
  readonly logDir: string
  readonly messageHub: Pick<MessageHub, 'info'>
}

/**
 * What a person wants to know at the end: the best metric, checkpoints, logs, and how to go on.
 * @param last the checkpoint that a resumed run goes on from
 */
export function summaryLines(
  { workDir, logDir, messageHub }: RunPlaces,
  error: unknown,
  last: string | undefined,
): string[] {
  const info = messageHub.info
  const isInterrupted = hasCode(error, 'HL_INTERRUPTED')
  const head =
    error === undefined
      ? 'Training has ended.'
      : isInterrupted
        ? 'Training was interrupted.'
        : 'Training has failed.'
  return [
    head,
    ...bestLines(info),
    ...(last !== undefined ? [`  last checkpoint: ${last}`] : []),
    `  log: ${logDir}`,
    ...(last !== undefined
      ? [`  to ${error === undefined ? 'train longer' : 'go on'}: resume: true with workDir ${workDir}`]
      : []),
  ]
}

function bestLines(info: ReadonlyMap<string, unknown>): string[] {
  return [...info].flatMap(([key, score]) => {
    if (!key.startsWith('best_score')) return []
    const suffix = key.slice('best_score'.length)
    const path = info.get(`best_ckpt${suffix}`)
    return [
      `  best${suffix.replace(/^_/, ' ')}: ${String(score)}${typeof path === 'string' ? ` in ${path}` : ''}`,
    ]
  })
}
