import { type Gradients, HookloopError, type NamedParameter } from '@hookloop/core'
import { engine, type Scalar, scalar, Tensor } from '@tensorflow/tfjs-core'

/**
 * Computes a loss and the gradients of `loss / lossFactor`; parameters that the loss does not depend on have
 * none. Both belong to the scope around.
 * @throws `HL_OPTIM_LOSS` when `loss` gives something else than a scalar
 * @throws `HL_OPTIM_NO_GRADIENT` when it depends on none of the parameters
 */
export function lossAndGradients(
  loss: () => Scalar,
  parameters: readonly NamedParameter[],
  lossFactor: number,
): { value: Scalar; gradients: Gradients } {
  if (parameters.length === 0) throw allFrozen()
  // `tf.variableGrads` is this call, less the factor, and with a failed assertion where nothing is connected.
  const { value, grads } = engine().gradients(
    () => checkedLoss(loss()),
    parameters.map(({ variable }) => variable),
    lossFactor === 1 ? undefined : scalar(1 / lossFactor),
    true,
  )
  const gradients: Gradients = {}
  parameters.forEach(({ name }, index) => {
    const gradient = grads[index]
    if (gradient !== undefined && gradient !== null) gradients[name] = gradient
  })
  if (Object.keys(gradients).length === 0) throw nothingConnected(parameters)
  return { value, gradients }
}

/** @throws `HL_OPTIM_LOSS` when it is something else than a scalar */
export function checkedLoss(loss: unknown): Scalar {
  if (loss instanceof Tensor && isScalar(loss)) return loss
  let found = typeof loss as string
  if (loss instanceof Tensor) found = `a tensor of shape [${loss.shape}]`
  else if (loss instanceof Promise) found = 'a promise'
  throw new HookloopError(
    'HL_OPTIM_LOSS',
    `updateParams(loss) wants a function that returns a scalar tensor, but it returned ${found}; ` +
      (found === 'a promise'
        ? 'await what it needs before, outside of the function'
        : 'reduce it, e.g. with tf.mean'),
  )
}

function isScalar(tensor: Tensor): tensor is Scalar {
  return tensor.rank === 0
}

function allFrozen(): HookloopError {
  return new HookloopError(
    'HL_OPTIM_NO_GRADIENT',
    "none of the optimizer's parameters is trainable; set `trainable` to true on those to train",
  )
}

function nothingConnected(parameters: readonly NamedParameter[]): HookloopError {
  const names = parameters.map(({ name }) => name)
  const shown = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names
  return new HookloopError(
    'HL_OPTIM_NO_GRADIENT',
    `the loss does not depend on any parameter of the optimizer (${shown.join(', ')}). Compute it from them inside ` +
      'the function given to updateParams; values that were read out (dataSync, arraySync) and integer operations cut the path',
  )
}
