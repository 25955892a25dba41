import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { findIssues } from './check-options.js'

const schema = v.strictObject({
  rate: v.optional(v.number('must be a number')),
  inner: v.optional(
    v.strictObject({ seed: v.optional(v.number()) }, 'must be an object, such as { seed: 1 }'),
  ),
  rules: v.optional(v.record(v.string(), v.number(), 'must be an object, such as { bias: 0 }')),
  deep: v.nullish(v.looseObject({ inner: v.optional(v.looseObject({})) })),
})

describe('lists where objects belong', () => {
  it.each([
    [[], [['options', 'is a list, but must be an object']]],
    [{ inner: [] }, [['options.inner', 'is a list, but must be an object, such as { seed: 1 }']]],
    [
      { inner: [1], rate: 'x' },
      [
        ['options.inner', 'is a list, but must be an object, such as { seed: 1 }'],
        ['options.rate', "is 'x', but must be a number"],
      ],
    ],
    [{ rules: [] }, [['options.rules', 'is a list, but must be an object, such as { bias: 0 }']]],
    [{ deep: { inner: [] } }, [['options.deep.inner', 'is a list, but must be an object']]],
    [{ inner: {}, rules: {}, deep: null }, []],
  ])('%j', (options, expected) => {
    expect(findIssues('options', schema, options).map(({ path, message }) => [path, message])).toEqual(
      expected,
    )
  })
})
