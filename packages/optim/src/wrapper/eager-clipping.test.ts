import { useEngine } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clipGradients } from './clip-gradients.js'
import { clipEagerly } from './eager-clipping.js'

const gradients = fc.array(
  fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 }),
  { minLength: 1, maxLength: 4 },
)
const options = fc.oneof(
  fc.record({
    maxNorm: fc.constantFrom(0.5, 35, 1e6),
    normType: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
  }),
  fc.record({ maxNorm: fc.constantFrom(0.5, 35, 1e6) }),
  fc.record({ type: fc.constant('value' as const), clipValue: fc.constantFrom(0.1, 50) }),
)

describe.each(['cpu', 'tfjs-node'] as const)('clipEagerly on %s', (engine) => {
  let missing: string | undefined
  beforeAll(async () => {
    missing = await useEngine(engine).then(() => undefined, String)
  })
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing)
  })
  afterAll(() => tf.setBackend('cpu'))

  it('clips as a recording does, within the rounding of float32, and leaves nothing', () => {
    fc.assert(
      fc.property(gradients, options, (values, chosen) => {
        const before = tf.memory().numTensors
        const [wanted, found] = [clipGradients, clipEagerly].map((clip) =>
          tf.tidy(() => {
            const named = Object.fromEntries(values.map((list, index) => [`w${index}`, tf.tensor1d(list)]))
            const { clipped, norm } = clip(named, chosen)
            const all = norm === undefined ? Object.values(clipped) : [...Object.values(clipped), norm]
            return all.flatMap((tensor) => [...tensor.dataSync()])
          }),
        )
        expect(found?.length).toBe(wanted?.length)
        wanted?.forEach((value, index) => {
          expect(Math.abs((found?.[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
            1e-6 * Math.max(1e-3, Math.abs(value)),
          )
        })
        expect(tf.memory().numTensors).toBe(before)
      }),
      { numRuns: 60 },
    )
  })
})
