/**
 * What a rule computes with, element by element: an operation takes two values of one shape, or a value and a number. Rules
 * are written for any of them, so that tensors, arrays and TensorFlow's own handles follow the same one.
 */
export interface Arithmetic<Value> {
  add(a: Value, b: Value): Value
  sub(a: Value, b: Value): Value
  mul(a: Value, b: Value): Value
  div(a: Value, b: Value): Value
  maximum(a: Value, b: Value): Value
  neg(a: Value): Value
  abs(a: Value): Value
  sign(a: Value): Value
  sqrt(a: Value): Value
  square(a: Value): Value
  relu(a: Value): Value
}

/** What a rule remembers of a parameter, under PyTorch's names such as `exp_avg`. */
export abstract class Memory<Value> {
  constructor(protected readonly arithmetic: Arithmetic<Value>) {}

  /** What was remembered under `name` before this update; `initial` everywhere where nothing was. */
  abstract tensor(name: string, initial?: number): Value

  /** Remembers a value for the next update. @returns the value */
  abstract setTensor(name: string, value: Value): Value

  /** Moves what was remembered under `name` towards `value`. @returns `decay * before + rest * value` */
  average(name: string, value: Value, decay: Value, rest: Value): Value {
    const { add, mul } = this.arithmetic
    return this.setTensor(name, add(mul(this.tensor(name), decay), mul(value, rest)))
  }
}
