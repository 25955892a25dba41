/*
 * The published algorithms in plain double arithmetic, one number at a time, written without regard to speed.
 * Sources: the pseudo-code in the documentation of torch.optim, and algorithm 2 of arXiv:2302.06675 for Lion.
 */

export interface ReferenceOptions {
  lr: number
  weightDecay: number
  maximize: boolean
  momentum: number
  dampening: number
  nesterov: boolean
  betas: [number, number]
  eps: number
  amsgrad: boolean
  alpha: number
  centered: boolean
  lrDecay: number
  initialAccumulatorValue: number
  rho: number
  momentumDecay: number
  decoupledWeightDecay: boolean
}

/** What is remembered of one number; undefined before the first step. */
type Memory = Record<string, number | undefined>

/** @returns the new value of `theta` */
type Rule = (theta: number, gradient: number, options: ReferenceOptions, memory: Memory) => number

export const references: Readonly<Record<string, Rule>> = {
  SGD(theta, gradient, o, memory) {
    let g = withPenalty(theta, gradient, o)
    if (o.momentum !== 0) {
      memory.b = memory.b === undefined ? g : o.momentum * memory.b + (1 - o.dampening) * g
      g = o.nesterov ? g + o.momentum * memory.b : memory.b
    }
    return theta - o.lr * g
  },

  Adam: adam,

  AdamW(theta, gradient, o, memory) {
    return adam(theta, gradient, { ...o, decoupledWeightDecay: true }, memory)
  },

  RMSprop(theta, gradient, o, memory) {
    const g = withPenalty(theta, gradient, o)
    memory.v = o.alpha * (memory.v ?? 0) + (1 - o.alpha) * g * g
    let spread = memory.v
    if (o.centered) {
      memory.mean = o.alpha * (memory.mean ?? 0) + (1 - o.alpha) * g
      spread -= memory.mean * memory.mean
    }
    const direction = g / (Math.sqrt(Math.max(spread, 0)) + o.eps)
    if (o.momentum === 0) return theta - o.lr * direction
    memory.b = o.momentum * (memory.b ?? 0) + direction
    return theta - o.lr * memory.b
  },

  Adagrad(theta, gradient, o, memory) {
    const t = count(memory)
    const g = withPenalty(theta, gradient, o)
    memory.sum = (memory.sum ?? o.initialAccumulatorValue) + g * g
    return theta - ((o.lr / (1 + (t - 1) * o.lrDecay)) * g) / (Math.sqrt(memory.sum) + o.eps)
  },

  Adadelta(theta, gradient, o, memory) {
    const g = withPenalty(theta, gradient, o)
    memory.v = o.rho * (memory.v ?? 0) + (1 - o.rho) * g * g
    const delta = (Math.sqrt((memory.u ?? 0) + o.eps) / Math.sqrt(memory.v + o.eps)) * g
    memory.u = o.rho * (memory.u ?? 0) + (1 - o.rho) * delta * delta
    return theta - o.lr * delta
  },

  Adamax(theta, gradient, o, memory) {
    const t = count(memory)
    const [beta1, beta2] = o.betas
    const g = withPenalty(theta, gradient, o)
    memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g
    memory.u = Math.max(beta2 * (memory.u ?? 0), Math.abs(g) + o.eps)
    return theta - (o.lr * memory.m) / ((1 - beta1 ** t) * memory.u)
  },

  NAdam(theta, gradient, o, memory) {
    const t = count(memory)
    const [beta1, beta2] = o.betas
    const shrunk = o.decoupledWeightDecay ? theta - o.lr * o.weightDecay * theta : theta
    const g = o.decoupledWeightDecay ? signed(gradient, o) : withPenalty(theta, gradient, o)
    const mu = beta1 * (1 - 0.5 * 0.96 ** (t * o.momentumDecay))
    const muNext = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * o.momentumDecay))
    memory.product = (memory.product ?? 1) * mu
    memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g
    memory.v = beta2 * (memory.v ?? 0) + (1 - beta2) * g * g
    const mHat = (muNext * memory.m) / (1 - memory.product * muNext) + ((1 - mu) * g) / (1 - memory.product)
    const vHat = memory.v / (1 - beta2 ** t)
    return shrunk - (o.lr * mHat) / (Math.sqrt(vHat) + o.eps)
  },

  RAdam(theta, gradient, o, memory) {
    const t = count(memory)
    const [beta1, beta2] = o.betas
    const shrunk = o.decoupledWeightDecay ? theta - o.lr * o.weightDecay * theta : theta
    const g = o.decoupledWeightDecay ? signed(gradient, o) : withPenalty(theta, gradient, o)
    memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g
    memory.v = beta2 * (memory.v ?? 0) + (1 - beta2) * g * g
    const mHat = memory.m / (1 - beta1 ** t)
    const rhoInfinity = 2 / (1 - beta2) - 1
    const rho = rhoInfinity - (2 * t * beta2 ** t) / (1 - beta2 ** t)
    if (rho <= 5) return shrunk - o.lr * mHat
    const l = Math.sqrt(1 - beta2 ** t) / (Math.sqrt(memory.v) + o.eps)
    const r = Math.sqrt(((rho - 4) * (rho - 2) * rhoInfinity) / ((rhoInfinity - 4) * (rhoInfinity - 2) * rho))
    return shrunk - o.lr * mHat * r * l
  },

  Lion(theta, gradient, o, memory) {
    const [beta1, beta2] = o.betas
    const g = signed(gradient, o)
    const blend = beta1 * (memory.m ?? 0) + (1 - beta1) * g
    memory.m = beta2 * (memory.m ?? 0) + (1 - beta2) * g
    return theta - o.lr * (Math.sign(blend) + o.weightDecay * theta)
  },
}

function adam(theta: number, gradient: number, o: ReferenceOptions, memory: Memory): number {
  const t = count(memory)
  const [beta1, beta2] = o.betas
  const shrunk = o.decoupledWeightDecay ? theta - o.lr * o.weightDecay * theta : theta
  const g = o.decoupledWeightDecay ? signed(gradient, o) : withPenalty(theta, gradient, o)
  memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g
  memory.v = beta2 * (memory.v ?? 0) + (1 - beta2) * g * g
  memory.vMax = Math.max(memory.vMax ?? 0, memory.v)
  const mHat = memory.m / (1 - beta1 ** t)
  const vHat = (o.amsgrad ? memory.vMax : memory.v) / (1 - beta2 ** t)
  return shrunk - (o.lr * mHat) / (Math.sqrt(vHat) + o.eps)
}

function signed(gradient: number, { maximize }: ReferenceOptions): number {
  return maximize ? -gradient : gradient
}

function withPenalty(theta: number, gradient: number, o: ReferenceOptions): number {
  return signed(gradient, o) + o.weightDecay * theta
}

function count(memory: Memory): number {
  memory.t = (memory.t ?? 0) + 1
  return memory.t
}
