import { type Gradients, HookloopError, type OptimStepListener } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/**
 * Shows gradients to the listener, which may replace or delete entries.
 * @returns what the update takes
 * @throws `HL_OPTIM_GRADIENT` when a replacement does not fit
 */
export function showGradients(gradients: Gradients, { beforeStep }: OptimStepListener): Gradients {
  if (beforeStep === undefined) return gradients
  const shown = { ...gradients }
  beforeStep(shown)
  for (const name of Object.keys(shown)) checkReplacement(name, gradients[name], shown[name])
  return shown
}

/** Frees what the listener put in. */
export function disposeReplacements(gradients: Gradients, shown: Gradients): void {
  for (const [name, gradient] of Object.entries(shown)) {
    if (gradient !== gradients[name] && !gradient.isDisposed) gradient.dispose()
  }
}

function checkReplacement(name: string, before: Tensor | undefined, after: unknown): void {
  if (after === before) return
  if (before === undefined)
    throw unfit(name, 'which has no gradient in this step; only given entries may be replaced')
  if (!(after instanceof Tensor))
    throw unfit(name, `which is not a tensor; delete the entry to leave '${name}' as it is`)
  const [found, wanted] = [`${after.dtype} [${after.shape}]`, `${before.dtype} [${before.shape}]`]
  if (found !== wanted) throw unfit(name, `of ${found}, but its parameter wants ${wanted}`)
}

function unfit(name: string, what: string): HookloopError {
  return new HookloopError('HL_OPTIM_GRADIENT', `beforeOptimStep put in a gradient for '${name}' ${what}`)
}
