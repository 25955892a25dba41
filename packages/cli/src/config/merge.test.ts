import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deleteKey, mergeConfigs } from './merge.js'
import { type Fields, isPlainObject } from './plain-object.js'

class Live {}
const live = fc.constantFrom<unknown>(new Live(), () => 1, new Float32Array(2))
const key = fc.constantFrom('a', 'b', 'c', 'type', '__proto__', 'constructor')
const { config } = fc.letrec<{ config: Fields; value: unknown }>((tie) => ({
  config: fc.dictionary(key, tie('value'), { noNullPrototype: true, maxKeys: 4 }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(1, 'x', true, null),
    live,
    fc.array(fc.integer(), { maxLength: 2 }),
    tie('config'),
  ),
}))

/** Path and value of everything that is no plain object. */
function leaves(fields: Fields, around: readonly string[] = []): Map<string, unknown> {
  const found = Object.entries(fields).flatMap(([name, value]) =>
    isPlainObject(value) && Object.keys(value).length > 0
      ? [...leaves(value, [...around, name])]
      : [[[...around, name].join('.'), value] as const],
  )
  return new Map(found)
}

describe('mergeConfigs', () => {
  it('keeps every leaf of what comes on top, the same objects', () => {
    fc.assert(
      fc.property(config, config, (base, over) => {
        const merged = leaves(mergeConfigs(base, over))
        for (const [path, value] of leaves(over))
          if (!isPlainObject(value)) expect(merged.get(path)).toBe(value)
      }),
    )
  })

  it('adds nothing that neither has', () => {
    fc.assert(
      fc.property(config, config, (base, over) => {
        const known = new Set([...leaves(base).keys(), ...leaves(over).keys()])
        for (const path of leaves(mergeConfigs(base, over)).keys()) expect(known).toContain(path)
      }),
    )
  })

  it('keeps of the base what the other does not speak of', () => {
    fc.assert(
      fc.property(config, config, (base, over) => {
        const merged = mergeConfigs(base, over)
        for (const [name, value] of Object.entries(base))
          if (!Object.hasOwn(over, name)) expect(Object.entries(merged)).toContainEqual([name, value])
      }),
    )
  })

  it('is the same with an empty one on either side, with itself, and the second time', () => {
    fc.assert(
      fc.property(config, config, (base, over) => {
        expect(mergeConfigs({}, over)).toEqual(over)
        expect(mergeConfigs(base, {})).toEqual(base)
        expect(mergeConfigs(over, over)).toEqual(over)
        const merged = mergeConfigs(base, over)
        expect(mergeConfigs(merged, over)).toEqual(merged)
      }),
    )
  })

  it('changes neither config and no prototype', () => {
    fc.assert(
      fc.property(config, config, (base, over) => {
        const before = [leaves(base), leaves(over)]
        const merged = mergeConfigs(base, over)
        expect([leaves(base), leaves(over)]).toEqual(before)
        expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })

  it('replaces lists, merges objects, and takes away what is undefined', () => {
    const base = { hooks: [1, 2], loop: { maxEpochs: 3, valInterval: 2 }, val: { batchSize: 1 } }
    expect(mergeConfigs(base, { hooks: [3], loop: { maxEpochs: 5 }, val: undefined })).toEqual({
      hooks: [3],
      loop: { maxEpochs: 5, valInterval: 2 },
    })
  })

  it('keeps null, which takes a default hook away', () => {
    expect(mergeConfigs({ defaultHooks: { timer: {} } }, { defaultHooks: { timer: null } })).toEqual({
      defaultHooks: { timer: null },
    })
  })

  it('drops what a base has where `_delete_` says so, and never shows the key', () => {
    const base = { optimizer: { type: 'SGD', lr: 1, momentum: 0.9 } }
    const over = { optimizer: { type: 'Adam', lr: 2, [deleteKey]: true } }
    expect(mergeConfigs(base, over)).toEqual({ optimizer: { type: 'Adam', lr: 2 } })
    expect(mergeConfigs({}, over)).toEqual({ optimizer: { type: 'Adam', lr: 2 } })
    expect(mergeConfigs(base, { optimizer: { lr: 2, [deleteKey]: false } })).toEqual({
      optimizer: { type: 'SGD', lr: 2, momentum: 0.9 },
    })
  })
})
