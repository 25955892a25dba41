/**
 * Calls `onEnd` once `model.fit` has ended, also by an error: of that callbacks hear nothing, but the mark that another
 * `fit` must wait is taken off in any case.
 */
export function atEndOfFit(model: object, onEnd: () => void): void {
  const mark = 'isTraining'
  Object.defineProperty(model, mark, {
    configurable: true,
    enumerable: true,
    get: () => true,
    set: (isTraining: boolean) => {
      Object.defineProperty(model, mark, {
        value: isTraining,
        configurable: true,
        enumerable: true,
        writable: true,
      })
      onEnd()
    },
  })
}
