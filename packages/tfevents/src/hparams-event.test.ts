import { describe, expect, it } from 'vitest'
import { thrownCode } from '../test/thrown-code.js'
import { hparamsEvent } from './hparams-event.js'

describe('hparamsEvent', () => {
  it.each<[what: string, json: string]>([
    ['no name', '{"":1}'],
    ['half a surrogate pair in the name', '{"\\ud800":1}'],
    ['half a surrogate pair as text', '{"a":"\\udc00"}'],
    ['nothing', '{"a":null}'],
    ['a list', '{"a":[1]}'],
    ['an infinite number', '{"a":1e999}'],
  ])('refuses a hyperparameter of %s', (_what, json) => {
    expect(thrownCode(() => hparamsEvent({ hparams: JSON.parse(json) }))).toBe('HL_TFEVENTS_HPARAMS')
  })

  it('names the one that is wrong', () => {
    expect(() => hparamsEvent({ hparams: { lr: 0.1, momentum: Number.NaN } })).toThrow(
      'The hyperparameter "momentum" is number NaN',
    )
  })
})
