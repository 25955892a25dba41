import { hparamsEvent } from '@hookloop/tfevents'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hparamsOf } from './hparams.js'

describe('hparamsOf', () => {
  it('names numbers, texts and booleans by their paths', () => {
    const config = {
      trainCfg: { maxEpochs: 12 },
      optimWrapper: { optimizer: { type: 'SGD', lr: 0.1, nesterov: true } },
      paramScheduler: [{ type: 'MultiStepLR', milestones: [8, 11] }, { type: 'LinearLR' }],
      console: false,
    }
    expect(hparamsOf(JSON.stringify(config))).toEqual({
      'trainCfg.maxEpochs': 12,
      'optimWrapper.optimizer.type': 'SGD',
      'optimWrapper.optimizer.lr': 0.1,
      'optimWrapper.optimizer.nesterov': true,
      'paramScheduler[0].type': 'MultiStepLR',
      'paramScheduler[0].milestones': '[8,11]',
      'paramScheduler[1].type': 'LinearLR',
      console: false,
    })
  })

  it('leaves out what TensorBoard cannot show or nobody would compare', () => {
    const text = `{"": 1, "none": null, "huge": 1e999, "half": "\\ud800", "long": "${'x'.repeat(101)}", "a": []}`
    expect(hparamsOf(text)).toEqual({ a: '[]' })
  })

  it.each(['', 'model = dict()', '3', 'null', '[1, 2]'])('finds nothing in %j', (text) => {
    expect(hparamsOf(text)).toEqual({})
  })

  it('takes from any JSON only what can be written', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        expect(hparamsEvent({ hparams: hparamsOf(text) })).toBeInstanceOf(Uint8Array)
      }),
    )
  })
})
