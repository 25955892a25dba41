import * as tf from '@tensorflow/tfjs-core'
import { fastAvgPoolGrad } from './kernels/avg-pool-grad.js'
import { fastBatchMatMul } from './kernels/batch-mat-mul.js'
import { conv2DBackpropFilter } from './kernels/conv2d-backprop-filter.js'
import { fastConv2DBackpropInput } from './kernels/conv2d-backprop-input.js'
import {
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
} from './kernels/depthwise-backprop.js'
import { einsum } from './kernels/einsum.js'
import { fastMaxPoolGrad } from './kernels/max-pool-grad.js'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.js'
import { addKernel, replaceKernel } from './registration.js'

/** Registers every kernel of this package; a second call changes nothing. */
export function registerTrainingKernels(): void {
  addKernel(tf.Conv2DBackpropFilter, conv2DBackpropFilter)
  addKernel(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseConv2dNativeBackpropFilter)
  addKernel(tf.DepthwiseConv2dNativeBackpropInput, depthwiseConv2dNativeBackpropInput)
  addKernel(tf.Einsum, einsum)
  addKernel(tf.UnsortedSegmentSum, unsortedSegmentSum)
  replaceKernel(tf.BatchMatMul, fastBatchMatMul)
  replaceKernel(tf.Conv2DBackpropInput, fastConv2DBackpropInput)
  replaceKernel(tf.MaxPoolGrad, fastMaxPoolGrad)
  replaceKernel(tf.AvgPoolGrad, fastAvgPoolGrad)
}
