import { engine, type Tensor } from '@tensorflow/tfjs-core'
import type { ContractFinding } from '../finding.js'
import { codePlace } from './code-place.js'
import type { CallTracker } from './node-call-tracker.js'
import type { Watch } from './watch.js'

interface MadeTensor {
  readonly tensor: Tensor
  readonly point: string
  readonly code: string
}

/** Finds tensors that a hook made and nobody frees. */
export class TensorWatch implements Watch {
  readonly #made: MadeTensor[] = []
  /** Those alive at the end of each epoch of training. */
  readonly #alive: (readonly MadeTensor[])[] = []
  /** A variable passes anew whenever it is assigned to. */
  readonly #known = new WeakSet<Tensor>()
  readonly #stop: () => void

  constructor(tracker: CallTracker) {
    const tfjs = engine()
    const { trackTensor } = tfjs
    // Every tensor and variable passes here, whichever backend makes it.
    tfjs.trackTensor = (tensor, backend) => {
      const call = tracker.current
      if (call !== undefined && !this.#known.has(tensor))
        this.#made.push({ tensor, point: call.point, code: codePlace() })
      this.#known.add(tensor)
      trackTensor.call(tfjs, tensor, backend)
    }
    this.#stop = () => {
      tfjs.trackTensor = trackTensor
    }
  }

  /** An epoch of training has ended. */
  endEpoch(): void {
    this.#alive.push(this.#left())
  }

  end(): ContractFinding[] {
    this.#stop()
    const left = grouped(this.#left()).map((group) => leak(group))
    return left.length > 0 ? left : this.#growth()
  }

  #left(): MadeTensor[] {
    return this.#made.filter(({ tensor }) => !tensor.isDisposed)
  }

  /** What is freed at the end but grows with the length of a training. */
  #growth(): ContractFinding[] {
    const counts = this.#alive.map((tensors) => tensors.length)
    const isGrowing = counts.length > 2 && counts.every((count, index) => count > (counts[index - 1] ?? -1))
    if (!isGrowing) return []
    const before = new Set(this.#alive.at(-2))
    const added = grouped((this.#alive.at(-1) ?? []).filter((made) => !before.has(made)))
    return added.map(([made, count]) => ({
      check: 'tensors',
      subject: made.point,
      message:
        `at the ends of epochs ${counts.join(', ')} of its tensors live: each epoch adds ${describe(made, count)}, which are ` +
        'freed at the end of the run only. Free them once they are not needed any more, or keep their values (await tensor.data())',
    }))
  }
}

type Group = readonly [made: MadeTensor, count: number]

/** Tensors of one shape that were made at one place. */
function grouped(tensors: readonly MadeTensor[]): Group[] {
  const groups = new Map<string, Group>()
  for (const made of tensors) {
    const key = `${made.point}${made.code}${made.tensor.dtype}${made.tensor.shape.join()}`
    groups.set(key, [made, (groups.get(key)?.[1] ?? 0) + 1])
  }
  return [...groups.values()]
}

function leak([made, count]: Group): ContractFinding {
  return {
    check: 'tensors',
    subject: `${made.point}${made.code}`,
    message:
      `${describe(made, count)}, ${count === 1 ? 'is' : 'are'} never freed. Wrap the computation in tf.tidy, dispose what it ` +
      'keeps in afterRun, or in dispose() where it is needed longer',
  }
}

function describe({ tensor, point, code }: MadeTensor, count: number): string {
  const tensors = count === 1 ? 'a tensor' : `${count} tensors`
  return `${tensors}, ${tensor.dtype} [${tensor.shape.join(', ')}], made in ${point}${code}`
}
