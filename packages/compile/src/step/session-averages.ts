import type { KeptAverage } from '@hookloop/core'
import type { Variable } from '@tensorflow/tfjs-core'
import type { GraphNode } from '../tensorflow/graph-def.js'
import type { GraphSession } from '../tensorflow/graph-session.js'
import type { NativeBackend, NativeType } from '../tensorflow/native-backend.js'
import { SessionVariables } from './session-variables.js'
import { assign, identity, nodeNames, placeholder, variableNodes } from './step-graph.js'

/** TensorFlow's number of its type. */
const float32 = 1

const names = {
  share: 'eshare',
  difference: (index: number) => `ed${index}`,
  write: (index: number) => `ew${index}`,
  /** Is there once those that become equal have. */
  copied: 'ecopied',
  /** Is there once all have followed. */
  followed: 'efollowed',
} as const

/** What a step's graph holds besides the step, so that averages follow its variables. */
export interface AverageGraph {
  readonly nodes: readonly GraphNode[]
  /** Those that the step does not know: averages, and what they follow otherwise. */
  readonly variables: readonly Variable[]
  /** How many the step knows. */
  readonly first: number
  readonly averages: readonly KeptAverage[]
}

/** @param known the variables of the step, in the order of its graph */
export function graphOfAverages(
  native: NativeBackend,
  known: readonly Variable[],
  averages: readonly KeptAverage[],
): AverageGraph {
  const averaged = averages.map(({ average }) => average)
  const others = averages.map(({ live }) => live).filter((live) => !known.includes(live))
  const variables = [...averaged, ...others]
  const all = [...known, ...variables]
  const first = known.length
  const dtypeOf = ({ dataId }: Variable) => native.tensorMap.get(dataId).dtype
  const nodes = [
    ...variables.flatMap((variable, index) =>
      variableNodes({ shape: variable.shape, dtype: dtypeOf(variable) }, first + index),
    ),
    placeholder(names.share, { shape: [], dtype: float32 }),
    ...averages.flatMap(({ live, average, isMoved }, index) =>
      isMoved
        ? moveNodes(index, first + index, all.indexOf(live))
        : [assign(names.write(index), first + index, nodeNames.value(all.indexOf(live)), dtypeOf(average))],
    ),
    doneNode(names.copied, averages, (isMoved) => !isMoved),
    doneNode(names.followed, averages, () => true),
  ]
  return { nodes: averages.length === 0 ? [] : nodes, variables, first, averages }
}

/** `average - share * (average - live)`, in place. */
function moveNodes(index: number, average: number, live: number): GraphNode[] {
  const attrs = { T: { type: float32 } }
  const difference = names.difference(index)
  return [
    { name: difference, op: 'Sub', inputs: [nodeNames.value(average), nodeNames.value(live)], attrs },
    {
      name: names.write(index),
      op: 'ResourceApplyGradientDescent',
      inputs: [nodeNames.handle(average), names.share, difference],
      attrs: { ...attrs, use_locking: { b: false } },
    },
  ]
}

function doneNode(
  name: string,
  averages: readonly KeptAverage[],
  isPart: (isMoved: boolean) => boolean,
): GraphNode {
  const after = averages.flatMap(({ isMoved }, index) => (isPart(isMoved) ? [names.write(index)] : []))
  return identity(name, nodeNames.zero, float32, after)
}

/** Averages that follow the variables of a step inside its session. */
export class SessionAverages {
  readonly #variables: SessionVariables
  readonly #averages: readonly KeptAverage[]

  constructor(
    private readonly native: NativeBackend,
    private readonly session: GraphSession,
    { variables, first, averages }: AverageGraph,
    settle: () => void,
  ) {
    this.#averages = averages
    this.#variables = new SessionVariables(native, session, variables, [...averages.keys()], settle, first)
  }

  /** Whether anything is to be done. */
  follows(share: number | undefined): boolean {
    return this.#averages.some(({ isMoved }) => !isMoved || share !== undefined)
  }

  /** Call when the variables of the step are in the session. */
  follow(share: number | undefined): void {
    this.#variables.bringIn()
    if (share === undefined) this.#free(this.session.run([], '', names.copied))
    else {
      const id = this.#upload(share)
      this.#free(this.session.run([id], names.share, names.followed))
      this.native.binding.deleteTensor(id)
    }
    this.#variables.takeOver()
  }

  /** Averages keep their values. */
  dispose(): void {
    this.#variables.dispose()
  }

  #upload(share: number): number {
    const dtype: NativeType = float32
    return this.native.binding.createTensor([], dtype, new Float32Array([share]))
  }

  #free(made: readonly { readonly id: number }[]): void {
    for (const { id } of made) this.native.binding.deleteTensor(id)
  }
}
