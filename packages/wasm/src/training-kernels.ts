import * as tf from '@tensorflow/tfjs-core'
import { avgPool3DGrad } from './kernels/avg-pool-3d-grad.js'
import { fastAvgPoolGrad } from './kernels/avg-pool-grad.js'
import { fastBatchMatMul } from './kernels/batch-mat-mul.js'
import { fastConv2D } from './kernels/conv2d.js'
import { conv2DBackpropFilter } from './kernels/conv2d-backprop-filter.js'
import { fastConv2DBackpropInput } from './kernels/conv2d-backprop-input.js'
import { conv3DBackpropFilter, conv3DBackpropInput } from './kernels/conv3d-backprop.js'
import {
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
} from './kernels/depthwise-backprop.js'
import { dilation2D, dilation2DBackpropFilter, dilation2DBackpropInput } from './kernels/dilation2d.js'
import { einsum } from './kernels/einsum.js'
import { exactFusedMatMul } from './kernels/fused-mat-mul.js'
import { sharingIdentity } from './kernels/identity.js'
import { mendedMaxPool3D } from './kernels/max-pool-3d.js'
import { maxPool3DGrad } from './kernels/max-pool-3d-grad.js'
import { fastMaxPoolGrad } from './kernels/max-pool-grad.js'
import { mendedPool, type Pool } from './kernels/pool.js'
import { broadcastPrelu } from './kernels/prelu.js'
import { type Reduction, withValueOfNothing } from './kernels/reduction-of-nothing.js'
import { exactMean, exactSum } from './kernels/sum.js'
import { mendedTranspose } from './kernels/transpose.js'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.js'
import {
  type Convolution,
  mendedConvolution,
  mendedDepthwiseConvolution,
} from './kernels/written-out-padding.js'
import { addKernel, registered, replaceKernel } from './registration.js'
import { checkVersions } from './versions.js'

/** What reductions make of nothing, as in TensorFlow. */
const valuesOfNothing = {
  [tf.Prod]: 1,
  [tf.Max]: Number.NEGATIVE_INFINITY,
  [tf.Min]: Number.POSITIVE_INFINITY,
  [tf.All]: 1,
  [tf.Any]: 0,
}

/** Registers every kernel of this package; a second call changes nothing. */
export function registerTrainingKernels(): void {
  if (registered.size > 0) return
  checkVersions()
  // The threaded build hides its heap, which the products of matrices read, and minifiers break how it starts.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  addKernel(tf.Conv2DBackpropFilter, conv2DBackpropFilter)
  addKernel(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseConv2dNativeBackpropFilter)
  addKernel(tf.DepthwiseConv2dNativeBackpropInput, depthwiseConv2dNativeBackpropInput)
  addKernel(tf.Einsum, einsum)
  addKernel(tf.UnsortedSegmentSum, unsortedSegmentSum)
  replaceKernel(tf.Conv2D, (stock: Convolution) => fastConv2D(mendedConvolution(stock)))
  replaceKernel(tf.FusedConv2D, mendedConvolution)
  replaceKernel(tf.DepthwiseConv2dNative, mendedDepthwiseConvolution)
  replaceKernel(tf.FusedDepthwiseConv2D, mendedDepthwiseConvolution)
  replaceKernel(tf.MaxPool, (stock: Pool) => mendedPool(stock, Number.NEGATIVE_INFINITY))
  replaceKernel(tf.AvgPool, (stock: Pool) => mendedPool(stock, Number.NaN))
  replaceKernel(tf.Conv3DBackpropFilterV2, () => conv3DBackpropFilter)
  replaceKernel(tf.Conv3DBackpropInputV2, () => conv3DBackpropInput)
  replaceKernel(tf.Dilation2DBackpropFilter, () => dilation2DBackpropFilter)
  replaceKernel(tf.Dilation2DBackpropInput, () => dilation2DBackpropInput)
  replaceKernel(tf.MaxPool3D, mendedMaxPool3D)
  replaceKernel(tf.MaxPool3DGrad, () => maxPool3DGrad)
  replaceKernel(tf.AvgPool3DGrad, () => avgPool3DGrad)
  replaceKernel(tf.Dilation2D, () => dilation2D)
  replaceKernel(tf.Prelu, broadcastPrelu)
  replaceKernel(tf.Identity, sharingIdentity)
  replaceKernel(tf.Transpose, mendedTranspose)
  replaceKernel(tf.Sum, exactSum)
  replaceKernel(tf.Mean, () => exactMean)
  for (const [name, value] of Object.entries(valuesOfNothing))
    replaceKernel(name, (stock: Reduction) => withValueOfNothing(stock, value))
  replaceKernel(tf.BatchMatMul, fastBatchMatMul)
  replaceKernel(tf._FusedMatMul, exactFusedMatMul)
  replaceKernel(tf.Conv2DBackpropInput, fastConv2DBackpropInput)
  replaceKernel(tf.MaxPoolGrad, fastMaxPoolGrad)
  replaceKernel(tf.AvgPoolGrad, fastAvgPoolGrad)
}
