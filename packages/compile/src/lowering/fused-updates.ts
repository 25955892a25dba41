import type { GraphNode } from '../tensorflow/graph-def.js'
import { GraphView } from './graph-view.js'

/** A number of each run that is made of the factors of the optimizers' plans. */
export type DerivedFactor = (factors: readonly number[]) => number

/** How the graph calls what updates are made of. */
export interface UpdateNames {
  /** The variable's handle, where `ref` is the value that it has before the step. */
  handleOf(ref: string | undefined): string | undefined
  /** Which factor `ref` is. */
  factorOf(ref: string | undefined): number | undefined
  /** What a factor is called. */
  factor(index: number): string
  /** A constant 0. */
  readonly zero: string
}

/** Nodes that write, with what they need beyond the factors of the plans. */
export interface FusedWrites {
  readonly writes: readonly GraphNode[]
  readonly derived: readonly DerivedFactor[]
}

const float32 = { type: 1 }
const noLocking = { T: float32, use_locking: { b: false } }

/**
 * Updates of parameters as operations of TensorFlow that go through memory once, where a rule has one: Adam, SGD, SGD with
 * momentum. What they do not fit stays.
 * @param writes assignments of variables: handle, value, and what they wait for
 * @param numFactors where derived factors begin
 */
export function fuseUpdates(
  nodes: readonly GraphNode[],
  writes: readonly GraphNode[],
  names: UpdateNames,
  numFactors: number,
): FusedWrites {
  const updates = new Updates(new GraphView(nodes), writes, names, numFactors)
  const fused = writes.flatMap(
    (write) => updates.adam(write) ?? updates.momentum(write) ?? updates.descent(write) ?? [],
  )
  const replaced = new Set(fused.flatMap(({ replaces }) => replaces))
  const kept = writes.filter(({ name }) => !replaced.has(name))
  return { writes: [...kept, ...fused.map(({ node }) => node)], derived: updates.derived }
}

interface FusedUpdate {
  readonly node: GraphNode
  /** Names of the writes in whose place it is. */
  readonly replaces: readonly string[]
}

/** A moving average that is kept: `before * decay + value * rest`. */
interface Average {
  readonly write: GraphNode
  readonly handle: string
  readonly value: string
  readonly decay: number
  readonly rest: number
}

class Updates {
  readonly derived: DerivedFactor[] = []
  readonly #writeOf = new Map<string, GraphNode>()
  readonly #derivedIndex = new Map<string, number>()

  constructor(
    private readonly view: GraphView,
    writes: readonly GraphNode[],
    private readonly names: UpdateNames,
    private readonly numFactors: number,
  ) {
    for (const write of writes) this.#writeOf.set(write.inputs[1] ?? '', write)
  }

  /** `parameter - stepSize * mean / (sqrt(meanSquare) + eps)` */
  adam(write: GraphNode): FusedUpdate | undefined {
    const { view, names } = this
    const step = this.#scaledStep(write)
    const [mean, denominator] = view.inputsOf('RealDiv', step?.direction) ?? []
    const [root, epsRef] = view.inputsOf('Add', denominator) ?? []
    const [meanSquare] = view.inputsOf('Sqrt', root) ?? []
    const first = this.#averageOf(mean)
    const second = this.#averageOf(meanSquare)
    const [gradient] = view.inputsOf('Square', second?.value) ?? []
    const eps = names.factorOf(epsRef)
    if (step === undefined || first === undefined || second === undefined || eps === undefined)
      return undefined
    if (gradient === undefined || gradient !== first.value) return undefined
    // TensorFlow rounds 1 - beta in float32; step size and eps make up for it.
    const share1 = roundedShare(first)
    const share2 = roundedShare(second)
    const shares = [first.decay, first.rest, second.decay, second.rest]
    const stepSize = this.#derive(
      ['stepSize', step.factor, ...shares],
      (factors) => (at(factors, step.factor) * Math.sqrt(share2(factors))) / share1(factors),
    )
    const epsilon = this.#derive(
      ['epsilon', eps, ...shares],
      (factors) => at(factors, eps) * Math.sqrt(share2(factors)),
    )
    const rates = [
      names.zero,
      names.zero,
      stepSize,
      names.factor(first.decay),
      names.factor(second.decay),
      epsilon,
    ]
    const slots = [step.handle, first.handle, second.handle]
    return fused('ResourceApplyAdam', [...slots, ...rates, gradient], [write, first.write, second.write])
  }

  /** `parameter - lr * velocity`, where `velocity = before * momentum + gradient`; Nesterov's looks ahead. */
  momentum(write: GraphNode): FusedUpdate | undefined {
    const { view, names } = this
    const step = this.#scaledStep(write)
    const [ahead, lookAhead] = view.inputsOf('Add', step?.direction) ?? []
    const [velocityAhead, rateAhead] = view.inputsOf('Mul', lookAhead) ?? []
    const nesterov = this.#writeOf.has(velocityAhead ?? '')
    const velocity = nesterov ? velocityAhead : step?.direction
    const [kept, gradient] = view.inputsOf('Add', velocity) ?? []
    const [before, rate] = view.inputsOf('Mul', kept) ?? []
    const slotWrite = this.#writeOf.get(velocity ?? '')
    const slot = names.handleOf(before)
    const momentum = names.factorOf(rate)
    if (step === undefined || slotWrite === undefined || gradient === undefined) return undefined
    if (slot === undefined || slot !== slotWrite.inputs[0] || momentum === undefined) return undefined
    if (nesterov && (ahead !== gradient || names.factorOf(rateAhead) !== momentum)) return undefined
    const inputs = [step.handle, slot, names.factor(step.factor), gradient, names.factor(momentum)]
    return fused('ResourceApplyMomentum', inputs, [write, slotWrite], { use_nesterov: { b: nesterov } })
  }

  /** `parameter - lr * gradient` */
  descent(write: GraphNode): FusedUpdate | undefined {
    const step = this.#scaledStep(write)
    if (step === undefined || this.#writeOf.has(step.direction)) return undefined
    const inputs = [step.handle, this.names.factor(step.factor), step.direction]
    return fused('ResourceApplyGradientDescent', inputs, [write])
  }

  /** A parameter from which a direction is taken, times a factor. */
  #scaledStep({ inputs: [handle, value] }: GraphNode) {
    const { view, names } = this
    const [parameter, scaled] = view.inputsOf('Sub', value) ?? []
    const [direction, factorRef] = view.inputsOf('Mul', scaled) ?? []
    const factor = names.factorOf(factorRef)
    if (direction === undefined || factor === undefined || handle === undefined) return undefined
    return names.handleOf(parameter) === handle ? { handle, direction, factor } : undefined
  }

  #averageOf(ref: string | undefined): Average | undefined {
    const { view, names } = this
    const [kept, added] = view.inputsOf('Add', ref) ?? []
    const [before, decayRef] = view.inputsOf('Mul', kept) ?? []
    const [value, restRef] = view.inputsOf('Mul', added) ?? []
    const write = this.#writeOf.get(ref ?? '')
    const handle = names.handleOf(before)
    const [decay, rest] = [names.factorOf(decayRef), names.factorOf(restRef)]
    if (write === undefined || handle === undefined || handle !== write.inputs[0]) return undefined
    if (value === undefined || decay === undefined || rest === undefined) return undefined
    return { write, handle, value, decay, rest }
  }

  /** @param origin what the factor is made of, the same for all parameters of a group */
  #derive(origin: readonly (string | number)[], factor: DerivedFactor): string {
    const key = origin.join()
    const index = this.#derivedIndex.get(key) ?? this.derived.push(factor) - 1
    this.#derivedIndex.set(key, index)
    return this.names.factor(this.numFactors + index)
  }
}

function fused(
  op: string,
  inputs: readonly string[],
  replaced: readonly [GraphNode, ...GraphNode[]],
  attrs: GraphNode['attrs'] = {},
): FusedUpdate {
  const waits = new Set(replaced.flatMap((write) => write.inputs.slice(2)))
  const node = {
    name: replaced[0].name,
    op,
    inputs: [...inputs, ...waits],
    attrs: { ...noLocking, ...attrs },
  }
  return { node, replaces: replaced.map(({ name }) => name) }
}

/** What `1 - decay` is in float32, as a part of what it should be. */
function roundedShare({ decay, rest }: Average): DerivedFactor {
  return (factors) => Math.fround(1 - Math.fround(at(factors, decay))) / at(factors, rest)
}

function at(factors: readonly number[], index: number): number {
  return factors[index] ?? Number.NaN
}
