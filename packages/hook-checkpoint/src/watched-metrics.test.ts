import '@tensorflow/tfjs'
import { hasCode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { scoreOf, WatchedMetrics } from './watched-metrics.js'

describe('WatchedMetrics', () => {
  it('gives a single metric no name in the hub', () => {
    const watched = new WatchedMetrics(['acc'], undefined, {})
    expect(watched.in({ acc: 1 })).toEqual([
      { metric: 'acc', rule: 'greater', scoreKey: 'best_score', fileKey: 'best_ckpt' },
    ])
    expect(watched.fileKeys).toEqual(['best_ckpt'])
  })

  it('names several metrics in the hub and pairs rules with them', () => {
    const watched = new WatchedMetrics(['acc', 'coco/error'], ['greater', 'less'], {})
    expect(watched.in({})).toMatchObject([
      { rule: 'greater', scoreKey: 'best_score_acc' },
      { rule: 'less', fileKey: 'best_ckpt_coco/error' },
    ])
    expect(watched.fileKeys).toEqual(['best_ckpt_acc', 'best_ckpt_coco/error'])
  })

  it('settles auto at the first validation', () => {
    const watched = new WatchedMetrics(['auto'], undefined, {})
    expect(watched.in({ loss: 1, acc: 2 })).toMatchObject([{ metric: 'loss', rule: 'less' }])
    expect(watched.in({ acc: 2, loss: 1 })).toMatchObject([{ metric: 'loss' }])
    expect(watched.chosen).toBe('loss')
  })

  it('asks for a rule where the name that auto met tells none', () => {
    const watched = new WatchedMetrics(['auto'], undefined, {})
    expect(() => watched.in({ weird: 1 })).toThrow(expect.objectContaining({ code: 'HL_CHECKPOINT_RULE' }))
    expect(new WatchedMetrics(['auto'], 'less', {}).in({ weird: 1 })).toMatchObject([{ rule: 'less' }])
  })
})

describe('scoreOf', () => {
  it('reads numbers and tensors of one value, and skips what is not there', async () => {
    const score = tf.scalar(0.5)
    expect(await scoreOf({ acc: score }, 'acc')).toBe(0.5)
    score.dispose()
    expect(await scoreOf({ acc: 2 }, 'acc')).toBe(2)
    expect(await scoreOf({ acc: null }, 'acc')).toBeUndefined()
    expect(await scoreOf({ acc: undefined }, 'acc')).toBeUndefined()
  })

  it.each([
    [
      { 'accuracy/top1': 1, loss: 2 },
      'accuracy/top-1',
      /gave accuracy\/top1, loss\. Did you mean 'accuracy\/top1'\?/,
    ],
    [{ 'accuracy/top1': 1 }, 'top1', /Did you mean 'accuracy\/top1'\?/],
    [{ loss: 1 }, 'acc', /gave loss\. Name one of these/],
    [{ acc: 'high' }, 'acc', /'acc', which is a string/],
    [{ acc: [1] }, 'acc', /'acc', which is an object/],
  ])('explains what is wrong: %j, %s', async (metrics, metric, message) => {
    const error: unknown = await scoreOf(metrics, metric).catch((thrown: unknown) => thrown)
    expect(hasCode(error, 'HL_CHECKPOINT_METRIC')).toBe(true)
    expect(String(error)).toMatch(message)
  })
})
