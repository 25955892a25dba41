/** Which regular checkpoints stay after a new one, and which go. */
export interface KeptCounts {
  readonly kept: readonly number[]
  readonly dropped: readonly number[]
}

/**
 * Adds the newest checkpoint to those that are kept.
 * @param counts epochs or iterations of the checkpoints that are there, oldest first
 * @param max keep so many; 0 and less keep all
 */
export function keepNewest(counts: readonly number[], newest: number, max: number): KeptCounts {
  return trim([...counts.filter((count) => count !== newest), newest], max)
}

/** Drops the oldest ones above `max`; 0 and less keep all. */
export function trim(counts: readonly number[], max: number): KeptCounts {
  const surplus = max > 0 ? Math.max(0, counts.length - max) : 0
  return { kept: counts.slice(surplus), dropped: counts.slice(0, surplus) }
}
