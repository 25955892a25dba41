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

const ours = new WeakSet<KernelFunc>()

/** Adds a kernel that the backend lacks. */
export function addKernel<Inputs, Attrs>(kernelName: string, kernel: Kernel<Inputs, Attrs>): void {
  if (getKernel(kernelName, 'wasm') !== undefined) return
  registerKernel({ kernelName, backendName: 'wasm', kernelFunc: ourKernelFunc(kernel) })
}

/** Puts a faster kernel in the place of the backend's own, which it gets for the cases that it leaves alone. */
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
  if (ours.has(stock.kernelFunc)) return
  const kernelFunc = ourKernelFunc(make(typed<Inputs, Attrs>(stock.kernelFunc)))
  unregisterKernel(kernelName, 'wasm')
  // The stock set-up fetches the function inside the WebAssembly module that the stock kernel calls.
  registerKernel({ ...stock, kernelFunc })
}

function ourKernelFunc<Inputs, Attrs>(kernel: Kernel<Inputs, Attrs>): KernelFunc {
  // tfjs's registry does not know that inputs and attributes belong to the kernel's name, nor the backend's class.
  const kernelFunc = kernel as unknown as KernelFunc
  ours.add(kernelFunc)
  return kernelFunc
}

function typed<Inputs, Attrs>(kernelFunc: KernelFunc): Kernel<Inputs, Attrs> {
  return kernelFunc as unknown as Kernel<Inputs, Attrs>
}
