import { engine, type Tensor } from '@tensorflow/tfjs-core'
import { describeTensors } from '../engine/tensors.js'
import type { HookResult } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { HookObserver } from '../hook/hook-observer.js'
import type { Runner } from './runner.js'

/** Who made a tensor, and at which look. */
interface Origin {
  readonly maker: string
  readonly look: number
}

/** How long there have been more tensors each time. */
interface Growth {
  size: number
  times: number
  /** The look at which it began. */
  since: number
}

/** Where tensors are counted, and how often in a row there must be more of them. */
const patience: Readonly<Record<string, number>> = {
  beforeTrainIter: 10,
  beforeValIter: 10,
  beforeTestIter: 10,
  beforeTrainEpoch: 3,
}

/** Finds out who makes tensors that nobody frees, and says so once; see `trackLeaks` of the Runner's options. */
export class LeakTracker implements HookObserver {
  readonly #living = new Map<Tensor, Origin>()
  readonly #growths = new Map<string, Growth>()
  #maker = 'the start of the run'
  #look = 0
  readonly #stops: (() => void)[]

  constructor(private readonly runner: Runner) {
    const tfjs = engine()
    const { trackTensor } = tfjs
    // Every tensor passes here; a variable again whenever it is assigned to.
    tfjs.trackTensor = (tensor, backend) => {
      if (!this.#living.has(tensor)) this.#living.set(tensor, { maker: this.#maker, look: this.#look })
      trackTensor.call(tfjs, tensor, backend)
    }
    this.#stops = [
      runner.hooks.observe(this),
      () => {
        tfjs.trackTensor = trackTensor
      },
    ]
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#living.clear()
  }

  beginPoint(point: string): () => HookResult {
    const limit = patience[point]
    if (limit !== undefined) this.#count(point, limit)
    return () => {
      this.#maker = makerAfter(point)
      // What waits in the message hub to be read is no leak.
      if (point === 'afterTrainIter') return this.runner.messageHub.settle()
    }
  }

  beginHook(point: string, { key }: HookEntry): () => void {
    const before = this.#maker
    this.#maker = `${key} in ${point}`
    return () => {
      this.#maker = before
    }
  }

  beginUpdate(): void {
    this.#maker = 'the optimizer'
  }

  #count(point: string, limit: number): void {
    for (const tensor of this.#living.keys()) if (tensor.isDisposed) this.#living.delete(tensor)
    const { size } = this.#living
    const growth = this.#growths.get(point)
    if (growth === undefined || size <= growth.size)
      this.#growths.set(point, { size, times: 0, since: this.#look })
    else {
      growth.size = size
      growth.times += 1
      if (growth.times >= limit) this.#tell(point, growth)
    }
    this.#look += 1
  }

  #tell(point: string, { times, since }: Growth): void {
    const surplus = new Map<string, Tensor[]>()
    for (const [tensor, { maker, look }] of this.#living) {
      // The newest ones may still be in use, such as the next batch.
      if (look > since && look < this.#look) surplus.set(maker, [...(surplus.get(maker) ?? []), tensor])
    }
    const makers = [...surplus].filter(([, tensors]) => tensors.length > times - 3)
    if (makers.length === 0) return
    const list = makers.map(
      ([maker, tensors]) => `${tensors.length} ${describeTensors(tensors[0])} by ${maker}`,
    )
    this.runner.logger.warn(
      `trackLeaks: at each of the last ${times} times of ${point} there were more tensors than before. Made and not freed: ` +
        `${list.join(', ')}. Wrap what makes them in tf.tidy, or dispose what it keeps`,
    )
    this.stop()
  }
}

/** What happens between this point and the next one. */
function makerAfter(point: string): string {
  const [, side, mode, unit] = /^(before|after)(Train|Val|Test)(Iter|Epoch)$/.exec(point) ?? []
  if (side === 'before' && unit === 'Iter')
    return mode === 'Train' ? 'trainStep of the model' : `${mode?.toLowerCase()}Step of the model or a metric`
  if (point === 'afterOptimStep') return 'trainStep of the model'
  if (side === 'before' || unit === 'Iter')
    return `the dataset, its transforms or collate (${mode?.toLowerCase()})`
  return `what follows ${point}`
}
