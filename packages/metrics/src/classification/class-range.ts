import { HookloopError } from '@hookloop/core'

/** @throws `HL_METRIC_LABEL` unless `number` is one of the classes, which count from 0 */
export function checkClass(
  owner: string,
  what: 'label' | 'prediction',
  number: number,
  classes: number,
): void {
  if (Number.isInteger(number) && number >= 0 && number < classes) return
  throw new HookloopError(
    'HL_METRIC_LABEL',
    `${owner} found the ${what} ${number}, but there are ${classes} classes, which count from 0 to ${classes - 1}; ` +
      'check the labels of the dataset, the outputs of the model, and `numClasses`',
  )
}
