import { type CompileReport, hasCode, type StepsPerCall } from '@hookloop/core'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/scheduler'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import type { Task } from './task.js'
import { weightsOf, withRunner } from './with-runner.js'

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
export function trainInCalls(task: Task, stepsPerCall: StepsPerCall): Promise<Left> {
  return withRunner(task, { compile: true, stepsPerCall }, async ({ runner, model, log }) => {
    let error: string | undefined
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
      weights: weightsOf(model),
      optimizer: JSON.stringify(numbersIn(runner.optimWrapper?.stateDict())),
      position: runner.trainLoop?.position(),
      error,
      report: runner.compileReport(),
      log: log(),
      numTimes: scalars.get('train/time')?.length ?? 0,
    }
  })
}

/** Trains with one step per call and with several, and wants the same of both, to the bit; no tensor may be left. */
export async function expectSameBits(task: Task, stepsPerCall = 8, largest = stepsPerCall): Promise<Left> {
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
