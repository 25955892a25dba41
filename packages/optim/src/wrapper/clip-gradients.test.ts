import { checkOptions } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ClipGradOptions, clipGradients, clipGradSchema } from './clip-gradients.js'

const number = fc.float({ min: -50, max: 50, noNaN: true })
const gradients = fc.record({
  a: fc.array(number, { minLength: 1, maxLength: 6 }),
  b: fc.array(number, { minLength: 1, maxLength: 6 }),
})

function clipped(values: { a: number[]; b: number[] }, options: ClipGradOptions) {
  return tf.tidy(() => {
    const { clipped, norm } = clipGradients({ a: tf.tensor1d(values.a), b: tf.tensor1d(values.b) }, options)
    const all = Object.values(clipped).flatMap((gradient) => [...gradient.dataSync()])
    return { all, norm: norm?.dataSync()[0] }
  })
}

function normOf(values: readonly number[], type: number): number {
  if (type === Number.POSITIVE_INFINITY) return Math.max(...values.map(Math.abs))
  return values.reduce((sum, value) => sum + Math.abs(value) ** type, 0) ** (1 / type)
}

describe('clipGradients', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('scales all gradients by one factor where their common norm is too large', () => {
    const types = fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY)
    fc.assert(
      fc.property(gradients, fc.constantFrom(0.1, 1, 20), types, (values, maxNorm, normType) => {
        const before = [...values.a, ...values.b]
        const { all, norm } = clipped(values, { maxNorm, normType })
        const wanted = normOf(before, normType)
        const factor = Math.min(1, maxNorm / (wanted + 1e-6))
        expect(norm).toBeCloseTo(wanted, 2)
        all.forEach((value, index) => {
          const target = (before[index] ?? Number.NaN) * factor
          expect(Math.abs(value - target)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(target)))
        })
      }),
    )
  })

  it('leaves gradients alone whose norm is small enough', () => {
    const { all, norm } = clipped({ a: [3], b: [4] }, { type: 'norm', maxNorm: 5.01 })
    expect([all, norm]).toEqual([[3, 4], 5])
  })

  it('cuts every element by itself and tells no norm', () => {
    fc.assert(
      fc.property(gradients, fc.constantFrom(0.5, 4), (values, clipValue) => {
        const { all, norm } = clipped(values, { type: 'value', clipValue })
        expect(norm).toBeUndefined()
        const before = [...values.a, ...values.b]
        expect(all).toEqual(before.map((value) => Math.min(Math.max(value, -clipValue), clipValue)))
      }),
    )
  })

  it.each([
    [{}, 'clipGrad.maxNorm'],
    [{ type: 'norm' }, 'clipGrad.maxNorm'],
    [{ type: 'value' }, 'clipGrad.clipValue'],
    [{ type: 'foo', maxNorm: 1 }, "clipGrad.type: is 'foo', but must be 'norm' or 'value'"],
    [{ maxNorm: 0 }, 'clipGrad.maxNorm: is 0, but must be a number above 0'],
    [{ maxNorm: 1, normType: 'two' }, 'clipGrad.normType'],
    [{ maxNorm: 1, clipValue: 1 }, 'clipGrad.clipValue: is not an option'],
    [35, 'clipGrad: is 35, but must be an object such as { maxNorm: 35 }'],
  ])('refuses %o', (options, message) => {
    expect(() => checkOptions('clipGrad', clipGradSchema, options)).toThrow(message)
  })
})
