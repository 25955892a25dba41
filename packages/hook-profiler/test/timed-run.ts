import {
  type DataBatch,
  type Dataset,
  type Dist,
  Hook,
  Metric,
  type Runner,
  type RunnerOptions,
  SingleProcess,
} from '@hookloop/core'
import { Line, withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { vi } from 'vitest'
import { type Profile, ProfilerHook, type ProfilerHookOptions } from '../src/index.js'

/** Milliseconds that only the parts below move. */
export const clock = { ms: 1000 }

export function installClock(): void {
  clock.ms = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => clock.ms)
}

/** Eight examples; each batch takes 3 ms. */
export const timedData: Dataset = {
  length: 8,
  getBatch: (indices): DataBatch => {
    clock.ms += 3
    return { x: tf.ones([indices.length, 1]), y: tf.zeros([indices.length, 1]) }
  },
}

/** 5 ms for a loss, 4 ms for predictions. */
class TimedLine extends Line {
  override forward(...[batch, mode]: Parameters<Line['forward']>) {
    clock.ms += mode === 'loss' ? 5 : 4
    return super.forward(batch, mode)
  }
}

/** 1 ms for a batch, 7 ms for the result. */
class TimedMetric extends Metric {
  process(): void {
    clock.ms += 1
  }

  computeMetrics() {
    clock.ms += 7
    return { acc: 1 }
  }
}

/** 0.25 ms before an iteration and 0.5 ms after it; makes the optimizer take 2 ms. */
export class FastHook extends Hook {
  override readonly priority = 'HIGH'

  override beforeTrain(runner: Runner): void {
    slowDown(Reflect.get(runner.optimWrapper ?? {}, 'optimizer'))
  }

  override beforeTrainIter(): void {
    clock.ms += 0.25
  }

  override afterTrainIter(): void {
    clock.ms += 0.5
  }
}

/** 1 ms, most of it after a promise. */
export class SlowHook extends Hook {
  override async afterTrainIter(): Promise<void> {
    clock.ms += 0.125
    await Promise.resolve()
    clock.ms += 0.875
  }
}

function slowDown(optimizer: unknown): void {
  if (typeof optimizer !== 'object' || optimizer === null) return
  const step: unknown = Reflect.get(optimizer, 'step')
  if (typeof step !== 'function') return
  Reflect.set(optimizer, 'step', (...args: readonly unknown[]) => {
    clock.ms += 2
    return Reflect.apply(step, optimizer, args)
  })
}

export const validation: Partial<RunnerOptions> = {
  valDataloader: { dataset: timedData, batchSize: 4 },
  get valEvaluator() {
    return new TimedMetric()
  },
}

const alone = new SingleProcess()

/** The second process of a run, as far as one process can tell. */
export const secondProcess: Dist = {
  rank: 1,
  worldSize: 2,
  allReduceMean: (tensor) => alone.allReduceMean(tensor),
  allGather: (value) => alone.allGather(value),
  broadcast: (value) => alone.broadcast(value),
  barrier: () => alone.barrier(),
}

/** What was profiled and said in a run. */
export interface TimedRun {
  readonly profiles: Profile[]
  readonly lines: string[]
  readonly error: unknown
}

/** Two epochs of four iterations on the clock above, under a profiler that hands its profiles over by default. */
export async function timedRun(
  options: ProfilerHookOptions,
  extra: Partial<RunnerOptions> & { readonly hooks?: readonly Hook[] } = {},
  action: (runner: Runner) => Promise<unknown> = (runner) => runner.train(),
  inspect: (runner: Runner) => Promise<void> = async () => {},
): Promise<TimedRun> {
  const profiles: Profile[] = []
  const lines: string[] = []
  const profiler = new ProfilerHook({ onTraceReady: (profile) => void profiles.push(profile), ...options })
  const { hooks = [], ...runnerOptions } = extra
  let error: unknown
  await withRunner(
    {
      model: new TimedLine(),
      trainDataloader: { dataset: timedData, batchSize: 2 },
      customHooks: [new FastHook(), new SlowHook(), profiler, ...hooks],
      ...runnerOptions,
    },
    async (runner) => {
      runner.logger.addSink({ write: (message) => void lines.push(message) })
      await action(runner).catch((thrown: unknown) => {
        error = thrown
      })
      await inspect(runner)
    },
  )
  return { profiles, lines: lines.filter((line) => line.startsWith('ProfilerHook')), error }
}

/** Iterations of training as their numbers. */
export function iterationsOf({ spans }: Profile): (number | undefined)[] {
  return spans.filter(({ name }) => name === 'iteration').map(({ args }) => args?.iter)
}

/** Calls and total milliseconds by name. */
export function timesOf({ rows }: Profile): Record<string, readonly [calls: number, total: number]> {
  return Object.fromEntries(
    rows.map(({ name, point, calls, total }) => [
      point === '' ? name : `${name} at ${point}`,
      [calls, total],
    ]),
  )
}
