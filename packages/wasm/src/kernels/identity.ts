import type { IdentityInputs, TensorInfo } from '@tensorflow/tfjs-core'
import type { Kernel } from '../registration.js'

type Identity = Kernel<IdentityInputs, object>

/** A second name for the same data, as Reshape gives one: the backend's own copies them for every saved tensor. */
export function sharingIdentity(stock: Identity): Identity {
  return function identity(call): TensorInfo {
    const { backend, inputs } = call
    const { dataId, shape, dtype } = inputs.x
    if (dtype === 'string') return stock(call)
    backend.incRef(dataId)
    return { dataId, shape, dtype }
  }
}
