import {
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { type BackendWasm, placeOf, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { LongSums } from '../long-sums.js'
import { type Products, productsOf, wholeProducts } from '../products.js'
import type { Kernel } from '../registration.js'

type BatchMatMul = Kernel<BatchMatMulInputs, BatchMatMulAttrs>

/** Floats of one side that stay in the cache while the other side passes. */
const cachedFloats = 65_536

/**
 * Products of float32 or int32 matrices that read both sides where they lie, transposed or not. The backend's own copies the right side first,
 * or goes through plain loops where one side is transposed.
 */
export function fastBatchMatMul(stock: BatchMatMul): BatchMatMul {
  return function batchMatMul(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { a, b } = inputs
    const { dtype } = a
    if (dtype !== b.dtype || (dtype !== 'float32' && dtype !== 'int32')) return stock(call)
    const product = productOf(a.shape, b.shape, attrs.transposeA, attrs.transposeB)
    if (product === undefined) return stock(call)
    if (attrs.transposeA && attrs.transposeB)
      return withIntermediates(backend, (intermediates) => {
        const turned = intermediates.own(turnedOver(backend, a))
        return batchMatMul({
          backend,
          inputs: { a: turned, b },
          attrs: { transposeA: false, transposeB: true },
        })
      })
    const products = dtype === 'float32' ? productsOf(backend) : wholeProducts(backend)
    const output = zeros(backend, product.shape, dtype)
    const { rows, inner, columns, outer, outerA, outerB } = product
    const batchesB = broadcastBatches(outerB, outer)
    broadcastBatches(outerA, outer).forEach((batchA, batch) => {
      const left = placeOf(backend, a) + 4 * batchA * rows * inner
      const right = placeOf(backend, b) + 4 * (batchesB[batch] ?? 0) * inner * columns
      const begin = batch * rows * columns
      const sums = new LongSums(backend, output, begin, rows * columns)
      multiply(products, left, right, placeOf(backend, output) + 4 * begin, product, attrs, sums)
      sums.finish()
    })
    return output
  }
}

/** One product, in blocks of its inner dimension. */
function multiply(
  products: Products,
  a: number,
  b: number,
  c: number,
  { rows, inner, columns }: Product,
  { transposeA, transposeB }: BatchMatMulAttrs,
  sums: LongSums,
): void {
  const block = Math.max(64, Math.floor(cachedFloats / (transposeB ? rows : columns)))
  for (let begin = 0; begin < inner; begin += block) {
    const count = Math.min(block, inner - begin)
    if (transposeB) {
      const [left, right] = [a + 4 * begin, b + 4 * begin]
      products.multiplyAddTransposed(left, 4 * inner, right, 4 * inner, c, 4 * columns, rows, count, columns)
    } else {
      const [aRow, aStep] = transposeA ? [4, 4 * rows] : [4 * inner, 4]
      const [left, right] = [a + begin * aStep, b + 4 * begin * columns]
      products.multiplyAdd(left, aRow, aStep, right, 4 * columns, c, 4 * columns, rows, count, columns)
    }
    sums.took(count)
  }
}

interface Product {
  /** Of the result: broadcast batch dimensions, rows, columns. */
  readonly shape: number[]
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly outer: number[]
  readonly outerA: number[]
  readonly outerB: number[]
}

/** Undefined where the shapes do not fit: the stock kernel tells it. */
function productOf(
  a: readonly number[],
  b: readonly number[],
  transposeA: boolean,
  transposeB: boolean,
): Product | undefined {
  const [rows = 0, inner = 0] = transposeA ? a.slice(-2).reverse() : a.slice(-2)
  const [innerB = 0, columns = 0] = transposeB ? b.slice(-2).reverse() : b.slice(-2)
  if (inner !== innerB || a.length < 2 || b.length < 2) return undefined
  const [outerA, outerB] = [a.slice(0, -2), b.slice(0, -2)]
  const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
  return { shape: [...outer, rows, columns], rows, inner, columns, outer, outerA, outerB }
}

function turnedOver(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const rank = x.shape.length
  return transposed(backend, x, [...Array(rank - 2).keys(), rank - 1, rank - 2])
}

/** For each batch of the result, the batch of one side. */
function broadcastBatches(outer: readonly number[], target: readonly number[]): number[] {
  const padded = [...Array<number>(target.length - outer.length).fill(1), ...outer]
  let batches = [0]
  padded.forEach((size, axis) => {
    const steps = Array.from({ length: target[axis] ?? 1 }, (_, step) => (size === 1 ? 0 : step))
    batches = batches.flatMap((batch) => steps.map((step) => batch * size + step))
  })
  return batches
}
