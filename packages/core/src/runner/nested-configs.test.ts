import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { Registry } from '../registry/registry.js'
import { typedIssues } from './check-typed.js'

const info = { name: 'test', version: '1.0.0', url: 'file:///test', hookApi: 1 }

class Part {}
class Whole {}

const parts = new Registry<Part>('part')
parts.register('Wheel', Part, info, { options: v.strictObject({ size: v.number('must be a number') }) })
const wholes = new Registry<Whole>('whole')
wholes.register('Car', Whole, info, {
  options: v.strictObject({ wheels: v.array(v.unknown()), spare: v.unknown(), colour: v.unknown() }),
  nested: (option) => (option === 'colour' ? undefined : parts),
})

describe('configs in the options of a config', () => {
  it('are checked by their own schemas, with their places', () => {
    const car = {
      type: 'Car',
      wheels: [{ type: 'Wheel', size: 1 }, { type: 'Wheel', sise: 2 }, 'a wheel of another kind'],
      spare: { type: 'Whel' },
      colour: { type: 'of no registry' },
    }
    expect(typedIssues('car', car, wholes)).toEqual([
      expect.objectContaining({ path: 'car.wheels[1].size', code: 'HL_CONFIG_MISSING' }),
      expect.objectContaining({ path: 'car.wheels[1].sise', code: 'HL_CONFIG_UNKNOWN_KEY' }),
      expect.objectContaining({ path: 'car.spare.type', code: 'HL_CONFIG_UNKNOWN_TYPE' }),
    ])
  })
})
