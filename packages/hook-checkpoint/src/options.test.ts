import { checkOptions, hasCode } from '@hookloop/core'
import { describe, expect, it } from 'vitest'
import { CheckpointHook } from './checkpoint-hook.js'
import { type CheckpointHookOptions, checkpointHookSchema } from './options.js'

describe('options', () => {
  it.each<CheckpointHookOptions>([
    {},
    { interval: 0, maxKeepCkpts: 0 },
    { saveBest: 'auto' },
    { saveBest: ['acc', 'err'], rule: ['greater', 'less'] },
    { saveBest: 'err', lessKeys: 'err' },
    { saveBest: ['acc'], rule: 'less' },
    { saveBest: ['acc', 'mIoU'], rule: ['greater'] },
    { interval: '2ep', saveBegin: '500it' },
    { interval: '1h30min', saveBegin: '20%' },
    { filenameTmpl: 'model-{}.safetensors', outDir: 'out', publishedKeys: 'stateDict', saveBegin: 3 },
  ])('takes %j', (options) => {
    expect(() => new CheckpointHook(options)).not.toThrow()
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown option', { intervall: 2 }, /intervall: is not an option\. Did you mean 'interval'\?/],
    ['half an epoch', { interval: 0.5 }, /interval: is 0\.5, but must be a whole number/],
    [
      'an unknown unit',
      { interval: '3 epochs' },
      /interval: is '3 epochs', but must be a whole number, such as 1, or -1 for never, or a text such as '3ep' .*'30min'/,
    ],
    ['a time as begin', { saveBegin: '1h' }, /saveBegin: is '1h', but must be a whole number from 0/],
    [
      'two units',
      { interval: '3ep', byEpoch: false },
      /byEpoch: .* must be left out, since interval '3ep' says/,
    ],
    ['a negative begin', { saveBegin: -1 }, /saveBegin: is -1, but must be a whole number from 0/],
    ['a number as metric', { saveBest: 3 }, /saveBest: is 3, but must be the name of a metric/],
    ['no metric', { saveBest: [] }, /saveBest: is \[\]/],
    ['auto in a list', { saveBest: ['auto', 'acc'] }, /saveBest: .* must be 'auto' alone/],
    ['a metric twice', { saveBest: ['acc', 'acc'] }, /saveBest: .* must name each metric once/],
    ['an unknown rule', { saveBest: 'acc', rule: 'max' }, /rule: is 'max', but must be 'greater' or 'less'/],
    [
      'too few rules',
      { saveBest: ['acc', 'b', 'c'], rule: ['less', 'less'] },
      /rule: .* one per metric, which are 3/,
    ],
    ['a part to publish twice', { publishedKeys: ['meta', 'meta'] }, /publishedKeys: .* name each part once/],
    ['a name without a rule', { saveBest: 'foo' }, /saveBest: is 'foo': 'foo' does not tell .* add rule/],
    [
      'a template without number',
      { filenameTmpl: 'a.safetensors' },
      /filenameTmpl: .* one \{\} for the number/,
    ],
    ['a template with a folder', { filenameTmpl: 'a/{}.safetensors' }, /filenameTmpl: is 'a\/\{\}/],
    ['the ending of PyTorch', { filenameTmpl: 'epoch_{}.pth' }, /ends in \.safetensors/],
  ])('refuses %s', (_name, options, message) => {
    let error: unknown
    try {
      checkOptions('CheckpointHook', checkpointHookSchema, options)
    } catch (thrown) {
      error = thrown
    }
    expect(hasCode(error, 'HL_CONFIG')).toBe(true)
    expect(String(error)).toMatch(message)
  })

  it('names all mistakes at once', () => {
    expect(() => Reflect.construct(CheckpointHook, [{ interval: 'x', maxKeepCkpts: 1.5, foo: 1 }])).toThrow(
      /3 mistakes/,
    )
  })
})
