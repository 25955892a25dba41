import type { Runner } from './runner.js'

/**
 * Validates `sanityVal` batches before a training from scratch, so that a broken validation shows before hours have passed.
 * @throws what a validation throws
 */
export async function sanityVal({ options, valLoop, isResumed, logger }: Runner): Promise<void> {
  const { sanityVal: batches = 0 } = options
  if (batches === 0 || isResumed || valLoop?.rehearse === undefined) return
  const seen = await valLoop.rehearse(batches)
  logger.info(`sanityVal: ${seen} batches were validated without an error`)
}
