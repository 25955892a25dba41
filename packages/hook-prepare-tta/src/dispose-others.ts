import { type Tensor, tensor_util } from '@tensorflow/tfjs-core'

/** Disposes the tensors in `value`, in records, lists and objects, but for those that are in `kept` too. */
export function disposeOthers(value: unknown, kept: unknown): void {
  const spared = new Set(tensorsIn(kept))
  for (const tensor of tensorsIn(value)) if (!spared.has(tensor)) tensor.dispose()
}

function tensorsIn(value: unknown): Tensor[] {
  return isContainer(value) ? tensor_util.getTensorsInContainer(value) : []
}

function isContainer(value: unknown): value is Parameters<typeof tensor_util.getTensorsInContainer>[0] {
  return typeof value === 'object' && value !== null
}
