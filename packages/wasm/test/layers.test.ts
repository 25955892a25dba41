import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { relativeError, withoutLeaks } from './gradient-case.js'
import { layerCases, layerGradients, layersWithout } from './layer-cases.js'

beforeAll(async () => {
  await useWasm()
  await tf.setBackend('cpu')
})

describe('layers train on wasm as on the cpu backend', () => {
  it('knows every layer of tfjs', () => {
    const aliases = Object.keys(tf.layers).filter((name) => layersWithout[name] === undefined)
    expect(Object.keys(layerCases).sort()).toEqual(aliases.sort())
  })

  Object.entries(layerCases).forEach(([name, layerCase], i) => {
    it(name, () => {
      for (let seed = i * 10; seed < i * 10 + 3; seed++) {
        const expected = layerGradients('cpu', layerCase, seed)
        const { result: actual, left } = withoutLeaks(() => layerGradients('wasm', layerCase, seed))
        expect(left).toBe('')
        const errors = expected.map((values, part) =>
          relativeError(actual[part] ?? new Float32Array(), values),
        )
        expect(Math.max(...errors), `${errors}`).toBeLessThanOrEqual(1e-5)
      }
    })
  })
})
