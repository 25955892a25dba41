import { hasCode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import type { Task } from './task.js'
import { train } from './train-both-ways.js'

/** The largest difference as a part of the largest value; NaN must stand beside NaN. */
export function largestDifference(found: readonly number[], wanted: readonly number[]): number {
  expect(found.map(Number.isNaN)).toEqual(wanted.map(Number.isNaN))
  const numbers = wanted.flatMap((value, index) =>
    Number.isNaN(value) ? [] : [[value, found[index] ?? 0] as const],
  )
  const largest = Math.max(...numbers.map(([value]) => Math.abs(value)))
  return Math.max(...numbers.map(([value, other]) => Math.abs(value - other))) / (largest === 0 ? 1 : largest)
}

/** Within the rounding of float32 over some steps. */
export function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(largestDifference(found, wanted)).toBeLessThan(1e-5)
}

/** Trains compiled and eagerly, and wants the same of both, to rounding; no tensor may be left. */
export async function expectSame(task: Task, minCompiled: number): Promise<void> {
  const before = tf.memory().numTensors
  const [eager, compiled] = [await train(task, false), await train(task, true)]
  expect(compiled.report?.obstacles).toEqual([])
  expect(compiled.report?.compiledSteps).toBeGreaterThanOrEqual(minCompiled)
  expectClose(compiled.losses, eager.losses)
  for (const [name, values] of Object.entries(eager.weights))
    expectClose(compiled.weights[name] ?? [], values)
  expect(tf.memory().numTensors).toBe(before)
}

/** Wants training to go on eagerly, and to say so, where something cannot be compiled; to stop where it must be. */
export async function expectObstacle(task: Task, text: string | RegExp): Promise<void> {
  const [eager, auto] = [await train(task, false), await train(task, 'auto')]
  expect(auto.report).toMatchObject({ compiledSteps: 0, obstacles: [expect.stringMatching(text)] })
  expect(auto.log).toMatch(text)
  expect(auto.losses).toEqual(eager.losses)
  expect(auto.weights).toEqual(eager.weights)
  await expect(train(task, true)).rejects.toSatisfy((error) => hasCode(error, 'HL_COMPILE_OBSTACLE'))
}
