import type { Runner } from './runner.js'

/**
 * Claims a work dir for a training, with a warning where another one writes there already: two of them would remove
 * each other's checkpoints.
 * @returns gives the folder free
 */
export async function claimWorkDir({ storage, workDir, logger }: Runner): Promise<() => Promise<void>> {
  const claim = await storage.claim?.(workDir)
  if (claim === undefined) return async () => undefined
  if ('release' in claim) return claim.release
  logger.warn(
    `${claim.holder} trains into ${workDir} already: both replace and remove each other's checkpoints; give each run a workDir of its own`,
  )
  return async () => undefined
}
