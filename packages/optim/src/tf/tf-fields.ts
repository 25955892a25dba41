import { type OptimizerVariable, Tensor, Variable } from '@tensorflow/tfjs-core'
