import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyOverrides, parseOverride } from './overrides.js'

const apply = (config: Record<string, unknown>, ...texts: string[]) =>
  applyOverrides(config, texts.map(parseOverride))

describe('overrides', () => {
  it('reach into objects and lists, and leave the config as it is', () => {
    const model = () => 1
    const config = {
      model,
      trainCfg: { maxEpochs: 3 },
      customHooks: [{ type: 'A' }, { type: 'B', momentum: 1 }],
    }
    const before = structuredClone({ ...config, model: 0 })
    const changed = apply(config, 'trainCfg.maxEpochs=5', 'customHooks.1.momentum=2', 'randomness.seed=1')
    expect(changed).toEqual({
      model,
      trainCfg: { maxEpochs: 5 },
      customHooks: [{ type: 'A' }, { type: 'B', momentum: 2 }],
      randomness: { seed: 1 },
    })
    expect({ ...config, model: 0 }).toEqual(before)
  })

  it('put any value at any new path', () => {
    const path = fc.array(fc.stringMatching(/^[a-zA-Z_]\w*$/), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(path, fc.integer(), (keys, value) => {
        const changed = apply({}, `${keys.join('.')}=${value}`)
        const found = keys.reduce<unknown>(
          (place, key) => Object.getOwnPropertyDescriptor(place, key)?.value,
          changed,
        )
        expect(found).toBe(value)
        expect(Reflect.get({}, keys[0] ?? '')).toBe(Reflect.get(Object.prototype, keys[0] ?? ''))
      }),
    )
  })

  it('come one after the other', () => {
    expect(apply({}, 'a=[1,2]', 'a.0=3', 'b=1', 'b=2', 'c=x=y')).toEqual({ a: [3, 2], b: 2, c: 'x=y' })
  })

  it.each<[Record<string, unknown>, string, RegExp]>([
    [{}, 'config.ts', /'config\.ts', which is no path=value.*CONFIG before --cfg-options.*HL_CLI_OVERRIDE/],
    [{}, '=3', /no path=value/],
    [{}, 'a..b=3', /no path=value/],
    [{ model: () => 1 }, 'model.lr=1', /sets model\.lr, but model is a function/],
    [{ a: { b: 3 } }, 'a.b.c=1', /a\.b is the number 3/],
    [{ d: new Map() }, 'd.size=1', /d is an object of class Map/],
    [{ l: [1, 2] }, 'l.2=1', /names l\.2, but l is a list that has the items 0 to 1/],
    [{ l: [] }, 'l.0=1', /is empty/],
    [{ h: [{ type: 'A' }, { type: 'EMAHook' }] }, 'h.EMAHook.x=1', /EMAHook is item 1: write h\.1/],
    [{ h: [{ type: 'EMAHook' }] }, 'h.EMAHok.x=1', /Did you mean 'EMAHook'/],
  ])('tell what is wrong: %j %s', (config, text, message) => {
    expect(() => apply(config, text)).toThrow(message)
  })
})
