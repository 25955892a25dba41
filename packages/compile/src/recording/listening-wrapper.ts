import type { OptimWrapper } from '@hookloop/core'
import type { Scalar } from '@tensorflow/tfjs-core'

/** Does what `updateParams` of `inner` would do. */
export type Update = (inner: OptimWrapper, loss: () => Scalar) => Scalar

/** An optimizer wrapper, and those that it holds, with another `updateParams`. */
export function listening(optimWrapper: OptimWrapper, update: Update): OptimWrapper {
  return new Proxy(optimWrapper, {
    get(target, key) {
      if (key === 'updateParams') return (loss: () => Scalar) => update(target, loss)
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (key !== 'get') return value.bind(target)
      return (name: string) => listening(value.call(target, name), update)
    },
  })
}
