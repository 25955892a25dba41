import { didYouMean } from '../registry/nearest.js'

/** Of schedulers by name, where there is one optimizer. */
export function notByName(names: readonly string[]): string {
  return (
    `is by name (${names.join(', ')}), but optimWrapper is one optimizer; give a list, or several optimizers by ` +
    "these names: optimWrapper: { type: 'OptimWrapperDict', … }"
  )
}

/** Of schedulers for an optimizer that there is not. */
export function unknownName(name: string, known: readonly string[]): string {
  const names = `There are ${known.join(', ')}`
  return `is no optimizer of optimWrapper. ${[didYouMean(name, known), names].filter(Boolean).join(' ')}`
}
