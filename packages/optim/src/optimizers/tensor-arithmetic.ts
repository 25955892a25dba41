import {
  abs,
  add,
  div,
  maximum,
  mul,
  neg,
  relu,
  sign,
  sqrt,
  square,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { type Arithmetic, Memory } from './arithmetic.js'
import type { ParameterState } from './parameter-state.js'

/** Rules as operations of tfjs, which any backend runs and a recording hears. */
export const tensorArithmetic: Arithmetic<Tensor> = {
  add,
  sub,
  mul,
  div,
  maximum,
  neg,
  abs,
  sign,
  sqrt,
  square,
  relu,
}

/** What a rule remembers, as tensors of the scope around. */
export class TensorMemory extends Memory<Tensor> {
  /** @param like has the shape of what is remembered */
  constructor(
    private readonly state: ParameterState,
    private readonly like: Tensor,
  ) {
    super(tensorArithmetic)
  }

  tensor(name: string, initial?: number): Tensor {
    return this.state.tensor(name, this.like, initial)
  }

  setTensor(name: string, value: Tensor): Tensor {
    return this.state.setTensor(name, value)
  }
}
