import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import type { BackendWasm } from './backend.js'

/** A kernel with one output, typed by the inputs and attributes that tfjs-core declares for its name. */
export type Kernel<Inputs, Attrs> = (call: KernelCall<Inputs, Attrs>) => TensorInfo

export interface KernelCall<Inputs, Attrs> {
  readonly backend: BackendWasm
  readonly inputs: { readonly [Name in keyof Inputs]-?: TensorInfo }
  readonly attrs: Attrs
}

/** What this package has registered, by the name of the kernel. */
export const registered = new Map<string, KernelFunc>()

/** Adds a kernel that the backend lacks. */
export function addKernel<Inputs, Attrs>(kernelName: string, kernel: Kernel<Inputs, Attrs>): void {
  const kernelFunc = own(kernelName, kernel)
  if (getKernel(kernelName, 'wasm') === undefined)
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc })
}

/** Puts a faster or a right kernel in the place of the backend's own, which it gets for the cases that it leaves alone. */
export function replaceKernel<Inputs, Attrs>(
  kernelName: string,
  make: (stock: Kernel<Inputs, Attrs>) => Kernel<Inputs, Attrs>,
): void {
  const stock = getKernel(kernelName, 'wasm')
  if (stock === undefined)
    throw new Error(
      `@tensorflow/tfjs-backend-wasm has no kernel ${kernelName} in this copy of @tensorflow/tfjs-core. ` +
        '`npm ls @tensorflow/tfjs-core` must show one copy, of version 4.22.0.',
    )
  const kernelFunc = own(kernelName, make(typed<Inputs, Attrs>(stock.kernelFunc)))
  unregisterKernel(kernelName, 'wasm')
  // The stock set-up fetches the function inside the WebAssembly module that the stock kernel calls.
  registerKernel({ ...stock, kernelFunc })
}

/** @throws when the package names a kernel twice: the second one would never run */
function own<Inputs, Attrs>(kernelName: string, kernel: Kernel<Inputs, Attrs>): KernelFunc {
  if (registered.has(kernelName)) throw new Error(`@hookloop/wasm registers the kernel ${kernelName} twice.`)
  // tfjs's registry does not know that inputs and attributes belong to the kernel's name, nor the backend's class.
  const kernelFunc = kernel as unknown as KernelFunc
  registered.set(kernelName, kernelFunc)
  return kernelFunc
}

function typed<Inputs, Attrs>(kernelFunc: KernelFunc): Kernel<Inputs, Attrs> {
  return kernelFunc as unknown as Kernel<Inputs, Attrs>
}
