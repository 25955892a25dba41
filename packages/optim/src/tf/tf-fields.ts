import { HookloopError } from '@hookloop/core'
import { Tensor, type Optimizer as TfjsOptimizer, Variable } from '@tensorflow/tfjs-core'

/*
 * tfjs keeps the learning rate and the moments of its optimizers in protected fields, and its getWeights and
 * setWeights are asynchronous, missing for Adamax, and lossy for Adam (powers of beta are computed anew). So
 * the fields are read by reflection, and every write is checked.
 */

/** @throws `HL_OPTIM_TF_LEARNING_RATE` when the optimizer has no number of that name */
export function learningRateOf(optimizer: TfjsOptimizer): number {
  const learningRate: unknown = Reflect.get(optimizer, 'learningRate')
  if (typeof learningRate === 'number') return learningRate
  throw new HookloopError(
    'HL_OPTIM_TF_LEARNING_RATE',
    `${optimizer.getClassName()} keeps no number in a field 'learningRate', so schedulers cannot drive it; ` +
      'use an optimizer of tf.train or of @hookloop/optim, or give yours such a field and read it at each update',
  )
}

/** @throws `HL_OPTIM_TF_LEARNING_RATE` when it did not take effect */
export function setLearningRate(optimizer: TfjsOptimizer, learningRate: number): void {
  // SGD and Momentum keep it as a tensor too, which only their setter renews.
  if ('setLearningRate' in optimizer && typeof optimizer.setLearningRate === 'function') {
    optimizer.setLearningRate(learningRate)
  } else Reflect.set(optimizer, 'learningRate', learningRate)
  if (learningRateOf(optimizer) === learningRate) return
  throw new HookloopError(
    'HL_OPTIM_TF_LEARNING_RATE',
    `${optimizer.getClassName()} did not take the learning rate ${learningRate}; its field 'learningRate' must be writable`,
  )
}

/** The variables of an optimizer by field: moments in the order of the parameters, powers of beta, counters. */
export function slotsOf(optimizer: TfjsOptimizer): Map<string, readonly Variable[]> {
  const slots = new Map<string, readonly Variable[]>()
  for (const [field, value] of Object.entries(optimizer)) {
    const variables = variablesIn(value)
    if (variables.length > 0) slots.set(field, variables)
  }
  return slots
}

/** @throws `HL_OPTIM_STATE` when it did not take effect */
export function setIterations(optimizer: TfjsOptimizer, iterations: number): void {
  Reflect.set(optimizer, 'iterations_', iterations)
  if (optimizer.iterations === iterations) return
  throw new HookloopError(
    'HL_OPTIM_STATE',
    `${optimizer.getClassName()} did not take ${iterations} iterations from a state`,
  )
}

/** Frees the optimizer, and what some dispose methods of tfjs forget. */
export function disposeOptimizer(optimizer: TfjsOptimizer): void {
  optimizer.dispose()
  for (const value of Object.values(optimizer))
    if (value instanceof Tensor && !value.isDisposed) value.dispose()
}

function variablesIn(value: unknown): Variable[] {
  if (value instanceof Variable) return [value]
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    const variable: unknown =
      typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'variable') : undefined
    return variable instanceof Variable ? [variable] : []
  })
}
