import type { Dist, Model } from '@hookloop/core'

/** Replaces every float buffer of a model by its mean over all processes; others stay as they are. */
export async function averageBuffers(
  model: Pick<Model, 'buffers'>,
  dist: Pick<Dist, 'allReduceMean'>,
): Promise<void> {
  for (const buffer of Object.values(model.buffers?.() ?? {})) {
    if (buffer.dtype !== 'float32') continue
    const mean = await dist.allReduceMean(buffer)
    buffer.assign(mean)
    mean.dispose()
  }
}
