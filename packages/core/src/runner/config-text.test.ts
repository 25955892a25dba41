import { expect, it } from 'vitest'
import { configText } from './config-text.js'

it('keeps what JSON can say and names the rest', () => {
  class Digits {}
  const config = {
    model: function net() {},
    dataset: new Digits(),
    lr: 0.1,
    list: [1, () => undefined, new Float32Array(2)],
    big: 5n,
    nothing: undefined,
    examples: Array.from({ length: 8000 }, () => [0, 1]),
  }
  expect(JSON.parse(configText(config))).toEqual({
    model: '<function net>',
    dataset: '<Digits>',
    lr: 0.1,
    list: [1, '<function without a name>', '<Float32Array>'],
    big: '5',
    examples: '<list of 8000>',
  })
})
