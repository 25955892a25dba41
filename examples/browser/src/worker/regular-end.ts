import type { MessageHub } from '@hookloop/core'

const key = 'page_end'

/** Where a run came to its regular end, and what the test said. */
export interface RegularEnd {
  readonly iter: number
  readonly accuracy: number
}

/** Checkpoints remember the end of a run with the hub's other facts. */
export function noteEnd(hub: MessageHub, { iter, accuracy }: RegularEnd): void {
  hub.updateInfo(key, { iter, accuracy })
}

/** @returns undefined where the run did not end at this iteration */
export function endAt({ info }: MessageHub, iter: number): RegularEnd | undefined {
  const noted: unknown = info.get(key)
  if (typeof noted !== 'object' || noted === null || !('iter' in noted && 'accuracy' in noted))
    return undefined
  return noted.iter === iter ? { iter, accuracy: Number(noted.accuracy) } : undefined
}
