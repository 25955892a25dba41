import { backend_util, type EinsumAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, matMul, reshaped, transposed } from '../backend.js'
import { type Intermediates, withIntermediates } from '../intermediates.js'
import type { KernelCall } from '../registration.js'

/** A tensor whose axes have labels. */
interface Labelled {
  readonly info: TensorInfo
  readonly labels: readonly number[]
}

/** Sums of products by Einstein's rule: `'bij,bjk->bik'` of two tensors is a batch of matrix products. */
export function einsum({
  backend,
  inputs,
  attrs,
}: KernelCall<Record<string, TensorInfo>, EinsumAttrs>): TensorInfo {
  const tensors = Object.values(inputs)
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(attrs.equation, tensors.length)
  checkSizes(attrs.equation, allDims.length, idDims, tensors)
  const resultLabels = allDims.map((_, label) => label).filter((label) => !summedDims.includes(label))
  return withIntermediates(backend, (intermediates) => {
    const [first, ...others] = tensors.map((info, i) => ({ info, labels: idDims[i] ?? [] }))
    if (first === undefined) throw new Error(`Einsum "${attrs.equation}" got no tensor.`)
    let product: Labelled = first
    others.forEach((factor, i) => {
      const later = others.slice(i + 1).flatMap(({ labels }) => labels)
      const kept = new Set([...resultLabels, ...later])
      product = multiply(backend, intermediates, product, factor, kept)
    })
    const summed = sumOut(backend, intermediates, product, new Set(resultLabels))
    return ordered(backend, summed, resultLabels)
  })
}

function checkSizes(
  equation: string,
  labelCount: number,
  idDims: readonly (readonly number[])[],
  tensors: readonly TensorInfo[],
): void {
  const sizes = new Array<number | undefined>(labelCount).fill(undefined)
  tensors.forEach(({ shape }, i) => {
    const labels = idDims[i] ?? []
    if (labels.length !== shape.length)
      throw new Error(
        `Einsum "${equation}": input ${i} has shape [${shape.join(', ')}], but ${labels.length} labels.`,
      )
    labels.forEach((label, axis) => {
      const [size, known] = [shape[axis], sizes[label]]
      if (known !== undefined && known !== size)
        throw new Error(
          `Einsum "${equation}": expected dimension ${known} at axis ${axis} of input shaped ${JSON.stringify(shape)}, ` +
            `as in an earlier place, but got ${size}.`,
        )
      sizes[label] = size
    })
  })
}

/** Multiplies two tensors and sums over the labels that nobody needs later. */
function multiply(
  backend: BackendWasm,
  intermediates: Intermediates,
  left: Labelled,
  right: Labelled,
  kept: ReadonlySet<number>,
): Labelled {
  const a = sumOut(backend, intermediates, left, new Set([...kept, ...right.labels]))
  const b = sumOut(backend, intermediates, right, new Set([...kept, ...left.labels]))
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => kept.has(label))
  const inner = shared.filter((label) => !kept.has(label))
  const rows = a.labels.filter((label) => !shared.includes(label))
  const columns = b.labels.filter((label) => !shared.includes(label))
  const matrixA = matrices(backend, intermediates, a, batch, rows, inner)
  const matrixB = matrices(backend, intermediates, b, batch, inner, columns)
  const info = intermediates.own(matMul(backend, matrixA, matrixB))
  info.shape = [...sizesOf(a, batch), ...sizesOf(a, rows), ...sizesOf(b, columns)]
  return { info, labels: [...batch, ...rows, ...columns] }
}

function sumOut(
  backend: BackendWasm,
  intermediates: Intermediates,
  x: Labelled,
  kept: ReadonlySet<number>,
): Labelled {
  const axis = x.labels.flatMap((label, i) => (kept.has(label) ? [] : [i]))
  if (axis.length === 0) return x
  const info = intermediates.own(callKernel(backend, 'Sum', { x: x.info }, { axis, keepDims: false }))
  return { info, labels: x.labels.filter((label) => kept.has(label)) }
}

/** Brings a tensor into the shape `[batch, rows, columns]`. */
function matrices(
  backend: BackendWasm,
  intermediates: Intermediates,
  x: Labelled,
  batch: readonly number[],
  rows: readonly number[],
  columns: readonly number[],
): TensorInfo {
  const info = intermediates.own(ordered(backend, x, [...batch, ...rows, ...columns]))
  const shape = [batch, rows, columns].map((labels) => util.sizeFromShape(sizesOf(x, labels)))
  return intermediates.own(reshaped(backend, info, shape))
}

/** The tensor with its axes in this order; the caller owns it. */
function ordered(backend: BackendWasm, { info, labels }: Labelled, order: readonly number[]): TensorInfo {
  const perm = order.map((label) => labels.indexOf(label))
  return perm.every((axis, i) => axis === i)
    ? reshaped(backend, info, info.shape)
    : transposed(backend, info, perm)
}

function sizesOf({ info, labels }: Labelled, wanted: readonly number[]): number[] {
  return wanted.map((label) => info.shape[labels.indexOf(label)] ?? 1)
}
