import {
  type CompileReport,
  type Hook,
  hasCode,
  MemoryStorage,
  Runner,
  type RunnerOptions,
  type StepsPerCall,
  type TrainCfg,
} from '@hookloop/core'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/scheduler'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { dataOf, type Task } from './train-both-ways.js'

/** A task, and what a run of it is told beside. */
export interface CallTask extends Omit<Task, 'hooks'> {
  readonly hooks?: () => (Hook | { readonly type: string })[]
  readonly trainCfg?: Exclude<TrainCfg, { type: string }>
  readonly shuffle?: boolean
}

/** Everything that a run leaves but times. */
export interface Left {
  readonly scalars: Readonly<Record<string, readonly number[]>>
  readonly info: Readonly<Record<string, unknown>>
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly optimizer: string
  readonly position: unknown
  readonly error: string | undefined
  readonly report: CompileReport | undefined
  readonly log: string
  readonly numTimes: number
}

const isTime = (key: string) => /time$|^eta$/.test(key)

/** Trains compiled, with so many steps per call. */
export async function trainInCalls(task: CallTask, stepsPerCall: StepsPerCall): Promise<Left> {
  const lines: string[] = []
  const model = task.model()
  const options = {
    model,
    workDir: '/run',
    experimentName: 'calls',
    storage: new MemoryStorage(),
    engine: 'tfjs-node',
    console: false,
    trainDataloader: {
      dataset: dataOf(task),
      batchSize: 4,
      sampler: { type: 'DefaultSampler', shuffle: task.shuffle ?? true },
    },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.01 } },
    randomness: { seed: 7 },
    ...task.options,
    trainCfg: { compile: true, ...(task.trainCfg ?? { maxEpochs: task.epochs ?? 2 }), stepsPerCall },
    customHooks: task.hooks?.() ?? [],
  } as RunnerOptions
  const runner = new Runner(options)
  runner.logger.addSink({ write: (text) => void lines.push(text) })
  let error: string | undefined
  try {
    await runner.train().catch((thrown: unknown) => {
      error = hasCode(thrown) ? `${thrown.code} ${thrown.message}` : String(thrown)
    })
    await runner.messageHub.settle()
    const { scalars, info } = runner.messageHub
    return {
      scalars: Object.fromEntries(
        [...scalars].flatMap(([key, history]) => (isTime(key) ? [] : [[key, [...history.data().values]]])),
      ),
      info: Object.fromEntries([...info].filter(([key]) => !isTime(key) && key !== 'experiment_name')),
      weights: Object.fromEntries(
        Object.entries(model.stateDict()).map(([name, value]) => [name, [...value.dataSync()]]),
      ),
      optimizer: JSON.stringify(numbersIn(runner.optimWrapper?.stateDict())),
      position: runner.trainLoop?.position(),
      error,
      report: runner.compileReport(),
      log: lines.join('\n'),
      numTimes: scalars.get('train/time')?.length ?? 0,
    }
  } finally {
    runner.dispose()
    model.dispose?.()
  }
}

/** Trains with one step per call and with several, and wants the same of both, to the bit; no tensor may be left. */
export async function expectSameBits(
  task: CallTask,
  stepsPerCall = 8,
  largest = stepsPerCall,
): Promise<Left> {
  const before = tf.memory().numTensors
  const { report: _, log, ...one } = await trainInCalls(task, 1)
  const several = await trainInCalls(task, stepsPerCall)
  const { report, log: __, ...left } = several
  expect(left).toEqual(one)
  expect(report?.obstacles).toEqual([])
  expect(report?.stepsPerCall).toBe(largest)
  expect(tf.memory().numTensors).toBe(before)
  expect(log).toContain('compiled')
  return several
}

/** Tensors as lists of numbers. */
function numbersIn(value: unknown): unknown {
  if (value instanceof tf.Tensor) return [...value.dataSync()]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numbersIn(item)]))
}
