import { engine } from '@tensorflow/tfjs-core'

/**
 * Runs a synchronous action and frees the tensors that it makes and does not return; the result may hold tensors in
 * records, lists and objects of any class. `tidy` does the same but accepts only tensors and containers of them.
 */
export function scoped<Result>(action: () => Result): Result {
  engine().startScope()
  let result: Result | undefined
  try {
    result = action()
    return result
  } finally {
    engine().endScope(isContainer(result) ? result : undefined)
  }
}

function isContainer(value: unknown): value is Parameters<ReturnType<typeof engine>['endScope']>[0] {
  return typeof value === 'object' && value !== null
}
