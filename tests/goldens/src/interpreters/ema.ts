import { ConfigError, type ConfigIssue, type StateDict } from '@hookloop/core'
import { AveragedWeights, EMAHook } from '@hookloop/hook-ema'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys, camelCaseName } from '../camel-case.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'

type Fields = Readonly<Record<string, unknown>>

/** tfjs computes in float32, whatever the golden was recorded in; absolute below 1, relative above. */
const tolerance = 1e-6

export const interpret: Interpreter = async (golden) => {
  await tf.setBackend('cpu')
  const before = tf.memory().numTensors
  if (golden.kind === 'error') interpretError(golden)
  else interpretAverage(golden)
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before)
}

function interpretAverage(golden: GoldenCase): void {
  const { parameters, buffers } = modelOf(fieldsOf(golden.initial))
  const model = { parameters: () => parameters, buffers: () => buffers }
  const { interval, ...options } = new EMAHook(optionsOf(golden)).options
  // MMEngine knows intervals of updates only.
  const wrap = () =>
    new AveragedWeights(model, { ...options, ...(typeof interval === 'number' ? { interval } : {}) })
  let average = wrap()
  const rows = listOf(golden.expected.after_each_update).map(fieldsOf)
  const sequence = listOf(golden.sequence)
  expect(sequence.length).toBe(rows.length)
  sequence.forEach((values, index) => {
    for (const [name, variable] of Object.entries({ ...parameters, ...buffers }))
      tf.tidy(() => variable.assign(tensorLike(variable.dtype, fieldsOf(values)[name])))
    average.update()
    expectRow(average, rows[index] ?? {}, `update ${index + 1}`)
    if (golden.reload_state_at !== index + 1) return
    const next = wrap()
    next.load(average.averagedState(), average.steps, true)
    average.dispose()
    average = next
  })
  expect(Object.keys(average.storedState())).toEqual(golden.expected.state_dict_keys)
  average.dispose()
  tf.dispose([parameters, buffers])
}

function expectRow(average: AveragedWeights, { steps, ...expected }: Fields, place: string): void {
  expect(average.steps, `steps of ${place}`).toBe(steps)
  const state: StateDict = average.averagedState()
  expect(Object.keys(state)).toEqual(Object.keys(expected))
  for (const [name, values] of Object.entries(expected)) {
    const found = [...(state[name]?.dataSync() ?? [])]
    const wanted = [values].flat().map(Number)
    expect(found.length, `length of ${place}: ${name}`).toBe(wanted.length)
    wanted.forEach((value, index) => {
      const difference = Math.abs(Number(found[index]) - value)
      expect(
        difference,
        `${place}: ${name}[${index}] is ${found[index]}, expected ${value}`,
      ).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)))
    })
  }
}

function interpretError(golden: GoldenCase): void {
  let issues: readonly ConfigIssue[] = []
  try {
    new EMAHook(optionsOf(golden))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    issues = error.issues
  }
  const named = Object.keys(fieldsOf(golden.args)).map((name) => `EMAHook.${camelCaseName(name)}`)
  expect(issues.length, 'mistakes found').toBeGreaterThan(0)
  for (const { path } of issues) expect(named).toContain(path)
}

function optionsOf({ type, args }: GoldenCase): Fields {
  return { emaType: type, ...fieldsOf(camelCaseKeys(args)) }
}

/** Lists of numbers that a model averages are parameters or float buffers, a plain number is an integer buffer. */
function modelOf({ weight, ...buffers }: Fields) {
  const entries = Object.entries(buffers).map(([name, value]) => {
    const dtype = Array.isArray(value) ? 'float32' : 'int32'
    return [name, tf.tidy(() => tf.variable(tensorLike(dtype, value), false))] as const
  })
  return {
    parameters: { weight: tf.tidy(() => tf.variable(tensorLike('float32', weight))) },
    buffers: Object.fromEntries(entries),
  }
}

function tensorLike(dtype: tf.DataType, value: unknown): tf.Tensor {
  return Array.isArray(value)
    ? tf.tensor1d(value.map(Number), 'float32')
    : tf.scalar(Number(value), dtype === 'int32' ? 'int32' : 'float32')
}
