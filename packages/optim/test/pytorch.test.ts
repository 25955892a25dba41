import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, disposeAll, makeParameters, stepWith, type Values, valuesOf } from './support.js'

interface Recording {
  torch: string
  shapes: Record<string, number[]>
  initial: Values
  gradients: Values[]
  cases: {
    type: string
    options: Record<string, unknown>
    slots: string[]
    values: Record<string, number[]>[]
  }[]
}

const file = new URL('./fixtures/pytorch-optimizers.json', import.meta.url)
const recording: Recording = JSON.parse(readFileSync(file, 'utf8'))

const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

describe(`optimizers beside PyTorch ${recording.torch}`, () => {
  beforeAll(() => tf.setBackend('cpu'))
  const before = tf.memory().numTensors
  afterAll(() => expect(tf.memory().numTensors).toBe(before))

  it.each(recording.cases)('$type $options', ({ type, options, slots, values }) => {
    const ours = Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]))
    const parameters = makeParameters(recording.initial, recording.shapes)
    const optimizer = build(type, parameters, ours)
    recording.gradients.forEach((gradients, step) => {
      stepWith(optimizer, parameters, gradients)
      for (const [name, found] of Object.entries(valuesOf(parameters))) {
        found.forEach((value, index) => {
          expect(value, `${name}[${index}] after step ${step + 1}`).toBeCloseTo(
            values[step]?.[name]?.[index] ?? NaN,
            5,
          )
        })
      }
    })
    expect(slotNames(optimizer.stateDict())).toEqual(slots)
    disposeAll(optimizer, parameters)
  })

  it('counts the steps of each parameter apart', () => {
    const parameters = makeParameters(recording.initial, recording.shapes)
    const optimizer = build('Adam', parameters)
    for (const gradients of recording.gradients) stepWith(optimizer, parameters, gradients)
    expect(optimizer.stateDict()).toMatchObject({ state: { weight: { step: 12 }, bias: { step: 11 } } })
    disposeAll(optimizer, parameters)
  })
})

function slotNames({ state }: object & { state?: unknown }): string[] {
  const trees = typeof state === 'object' && state !== null ? Object.values(state) : []
  return [...new Set(trees.flatMap((tree: object) => Object.keys(tree)))].sort()
}
