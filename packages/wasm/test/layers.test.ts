import { layerCases, layersWithout } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { relativeError, withoutLeaks } from './gradient-case.js'
import { layerDraws, layerGradients } from './layer-gradients.js'

beforeAll(async () => {
  await useWasm()
  await tf.setBackend('cpu')
})

describe('layers train on wasm as on the cpu backend', () => {
  it('knows every layer of tfjs', () => {
    const aliases = Object.keys(tf.layers).filter((name) => layersWithout[name] === undefined)
    expect(Object.keys(layerCases).sort()).toEqual(aliases.sort())
  })

  Object.entries(layerCases).forEach(([name, drawLayer], i) => {
    it(name, () => {
      for (let seed = i * 100; seed < i * 100 + layerDraws; seed++) {
        const expected = layerGradients('cpu', drawLayer, seed)
        const { result: actual, left } = withoutLeaks(() => layerGradients('wasm', drawLayer, seed))
        expect(left).toBe('')
        const errors = expected.values.map((values, part) =>
          relativeError(actual.values[part] ?? new Float32Array(), values),
        )
        expect(Math.max(...errors), `${expected.told} ${errors}`).toBeLessThanOrEqual(1e-5)
      }
    })
  })
})
