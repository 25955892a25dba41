import {
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  broadcast_util,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, floatsOf, transposed, zeros } from '../backend.js'
import { type Intermediates, withIntermediates } from '../intermediates.js'
import type { Kernel } from '../registration.js'

type BatchMatMul = Kernel<BatchMatMulInputs, BatchMatMulAttrs>

/** Multiply-adds of one product of a batch below which XNNPACK's set-up costs more than the backend's plain loops. */
const smallProduct = 8192

/**
 * Matrix products on XNNPACK, which the backend itself uses only for one product without transposed sides: sides are
 * transposed first, batches are taken apart without copying.
 */
export function fastBatchMatMul(stock: BatchMatMul): BatchMatMul {
  return function batchMatMul(call) {
    const { backend, inputs, attrs } = call
    const { a, b } = inputs
    if (a.dtype === 'int32' && b.dtype === 'int32') return inFloats(call, batchMatMul)
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return stock(call)
    const product = productOf(a.shape, b.shape, attrs.transposeA, attrs.transposeB)
    if (product === undefined) return stock(call)
    if (product.rows * product.inner * product.columns === 0) return zeros(backend, product.shape)
    return withIntermediates(backend, (intermediates) => {
      const multiply = (left: TensorInfo, right: TensorInfo): TensorInfo =>
        stock({ backend, inputs: { a: left, b: right }, attrs: { transposeA: false, transposeB: false } })
      if (!attrs.transposeA && attrs.transposeB && isCheaperTurned(product)) {
        const turned = multiply(b, intermediates.own(turnedOver(backend, a)))
        return { ...turnedOver(backend, intermediates.own(turned)), shape: product.shape }
      }
      const plainA = attrs.transposeA ? intermediates.own(turnedOver(backend, a)) : a
      const plainB = attrs.transposeB ? intermediates.own(turnedOver(backend, b)) : b
      return isOneCall(product)
        ? multiply(plainA, plainB)
        : eachProduct(backend, intermediates, plainA, plainB, product, multiply)
    })
  }
}

/** Products of whole numbers, exact up to 2²⁴. */
function inFloats(call: Parameters<BatchMatMul>[0], multiply: BatchMatMul): TensorInfo {
  const { backend, inputs, attrs } = call
  return withIntermediates(backend, (intermediates) => {
    const floats = (x: TensorInfo): TensorInfo =>
      intermediates.own(callKernel(backend, 'Cast', { x }, { dtype: 'float32' }))
    const product = multiply({ backend, inputs: { a: floats(inputs.a), b: floats(inputs.b) }, attrs })
    return callKernel(backend, 'Cast', { x: intermediates.own(product) }, { dtype: 'int32' })
  })
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

function isOneCall({ outer, outerA, outerB, rows, inner, columns }: Product): boolean {
  if (util.sizeFromShape(outer) === 1) return true
  return util.arraysEqual(outerA, outerB) && rows * inner * columns < smallProduct
}

/**
 * XNNPACK packs the right side before it multiplies, which costs as much as transposing it. Where the right side is the
 * larger one, as weights are in the gradient of a dense layer, `(B · Aᵀ)ᵀ` packs and transposes the smaller ones.
 */
function isCheaperTurned({ outer, rows, inner, columns }: Product): boolean {
  return util.sizeFromShape(outer) === 1 && rows * (2 * inner + columns) < 2 * inner * columns
}

function turnedOver(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const rank = x.shape.length
  return transposed(backend, x, [...Array(rank - 2).keys(), rank - 1, rank - 2])
}

function eachProduct(
  backend: BackendWasm,
  intermediates: Intermediates,
  a: TensorInfo,
  b: TensorInfo,
  { shape, rows, inner, columns, outer, outerA, outerB }: Product,
  multiply: (left: TensorInfo, right: TensorInfo) => TensorInfo,
): TensorInfo {
  const output = backend.makeOutput(shape, 'float32')
  const [batchesA, batchesB] = [broadcastBatches(outerA, outer), broadcastBatches(outerB, outer)]
  batchesA.forEach((batchA, batch) => {
    const left = intermediates.slice(a, batchA * rows * inner, [rows, inner])
    const right = intermediates.slice(b, (batchesB[batch] ?? 0) * inner * columns, [inner, columns])
    const part = multiply(left, right)
    floatsOf(backend, output).set(floatsOf(backend, part), batch * rows * columns)
    backend.disposeData(part.dataId)
  })
  return output
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
