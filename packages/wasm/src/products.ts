import type { BackendWasm } from './backend.js'
import { productsBinary } from './products-binary.js'

/** Products of float32 matrices in the backend's heap. Pointers and strides in bytes. */
export interface Products {
  /**
   * `c += a · b`, `[rows, inner] · [inner, columns]`; rows of `b` and `c` are contiguous.
   * @param aStep from one element of a row of `a` to the next
   */
  multiplyAdd(
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    rows: number,
    inner: number,
    columns: number,
  ): void
  /** `c += a · bᵀ`, `[rows, inner] · [columns, inner]ᵀ`; all rows are contiguous. */
  multiplyAddTransposed(
    a: number,
    aRow: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    rows: number,
    inner: number,
    columns: number,
  ): void
}

/** Sums of floats in the backend's heap. */
export interface Sums {
  /** Of so many floats side by side from a place in bytes, in double precision. */
  sum(from: number, count: number): number
}

const made = new WeakMap<object, Products & Sums>()

/** The products and sums of a backend, compiled when they are first asked for. @throws where its heap cannot be reached */
export function productsOf({ wasm }: BackendWasm): Products & Sums {
  const present = made.get(wasm)
  if (present !== undefined) return present
  const memory = memoryOf(wasm)
  const binary = Uint8Array.from(atob(productsBinary), (character) => character.charCodeAt(0))
  // Three kilobytes: less than what a page must compile asynchronously.
  const products = WebAssembly.validate(binary) ? instantiated(binary, memory) : plainProducts(memory)
  made.set(wasm, products)
  return products
}

function memoryOf(wasm: object): WebAssembly.Memory {
  const exported: unknown = Reflect.get(wasm, 'asm')
  const values = typeof exported === 'object' && exported !== null ? Object.values(exported) : []
  const memory = values.find((value) => value instanceof WebAssembly.Memory)
  if (memory !== undefined) return memory
  throw new Error(
    "The heap of the wasm backend cannot be reached. @hookloop/wasm is made for 4.22.0 without threads: leave tfjs's flag " +
      'WASM_HAS_MULTITHREAD_SUPPORT false, as the import of @hookloop/wasm sets it.',
  )
}

function instantiated(binary: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Products & Sums {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } })
  const { multiplyAdd, multiplyAddTransposed, sum } = exports
  if (
    typeof multiplyAdd !== 'function' ||
    typeof multiplyAddTransposed !== 'function' ||
    typeof sum !== 'function'
  )
    throw new Error('products-binary.ts is not what assembly/build.mjs writes.')
  return {
    multiplyAdd: (...places) => multiplyAdd(...places),
    multiplyAddTransposed: (...places) => multiplyAddTransposed(...places),
    sum: (from, count) => Number(sum(from, count)),
  }
}

/** For engines without SIMD: the same, slowly. */
export function plainProducts(memory: WebAssembly.Memory): Products & Sums {
  const heap = () => new Float32Array(memory.buffer)
  return {
    ...productsIn(heap, (a, b) => a * b),
    sum: (from, count) =>
      heap()
        .subarray(from / 4, from / 4 + count)
        .reduce((total, value) => total + value, 0),
  }
}

/** Products of int32 matrices in the backend's heap, exact; what is beyond 32 bits is cut off, as int32 does. */
export function wholeProducts({ wasm }: BackendWasm): Products {
  const memory = memoryOf(wasm)
  return productsIn(() => new Int32Array(memory.buffer), Math.imul)
}

function productsIn(
  heapNow: () => Float32Array | Int32Array,
  times: (a: number, b: number) => number,
): Products {
  const products: Products = {
    multiplyAdd(a, aRow, aStep, b, bRow, c, cRow, rows, inner, columns) {
      const heap = heapNow()
      const sums = new Float64Array(columns)
      for (let row = 0; row < rows; row++) {
        sums.fill(0)
        for (let i = 0; i < inner; i++) {
          const factor = heap[(a + row * aRow + i * aStep) / 4] ?? 0
          const from = (b + i * bRow) / 4
          for (let column = 0; column < columns; column++)
            sums[column] = (sums[column] ?? 0) + times(factor, heap[from + column] ?? 0)
        }
        const to = (c + row * cRow) / 4
        for (let column = 0; column < columns; column++)
          heap[to + column] = (heap[to + column] ?? 0) + (sums[column] ?? 0)
      }
    },
    multiplyAddTransposed(a, aRow, b, bRow, c, cRow, rows, inner, columns) {
      // The left side is read row by row as the right one is: a product of the other order, element by element.
      for (let column = 0; column < columns; column++)
        products.multiplyAdd(a, aRow, 4, b + column * bRow, 4, c + 4 * column, cRow, rows, inner, 1)
    },
  }
  return products
}
