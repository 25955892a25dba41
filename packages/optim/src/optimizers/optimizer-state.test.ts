import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { build, disposeAll, makeParameters, stepWith } from '../../test/support.js'

describe('state of an optimizer', () => {
  let before = 0
  beforeEach(async () => {
    await tf.setBackend('cpu')
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('names parameters, slots and settings', () => {
    const parameters = makeParameters({ a: [1, 2], b: [3] })
    const optimizer = build('Adam', parameters, { lr: 0.1 })
    stepWith(optimizer, parameters, { a: [0.5, 0.5] })
    const state = optimizer.stateDict()
    expect(state).toMatchObject({
      type: 'Adam',
      state: { a: { step: 1 } },
      paramGroups: [{ params: ['a', 'b'], lr: 0.1, betas: [0.9, 0.999], amsgrad: false }],
    })
    expect(Object.keys(Object(Object(state.state).a))).toEqual(['step', 'exp_avg', 'exp_avg_sq'])
    disposeAll(optimizer, parameters)
  })

  it('is copied when loaded and does not change with the groups once saved', () => {
    const parameters = makeParameters({ a: [1] })
    const [first, second] = [build('Adam', parameters), build('Adam', parameters)]
    stepWith(first, parameters, { a: [0.5] })
    const state = first.stateDict()
    const [group] = first.paramGroups
    if (group !== undefined) group.lr = 7
    second.loadStateDict(state)
    second.loadStateDict(state)
    first.dispose()
    expect(second.paramGroups[0]?.lr).toBe(1e-3)
    expect(() => stepWith(second, parameters, { a: [0.5] })).not.toThrow()
    disposeAll(second, parameters)
  })

  it('brings back what schedulers write; other settings stay those of the config', () => {
    const parameters = makeParameters({ a: [1] })
    const first = build('SGD', parameters, { lr: 0.1, momentum: 0.9, weightDecay: 0.1 })
    const [group] = first.paramGroups
    if (group === undefined) throw new Error('no group')
    Object.assign(group, {
      lr: 0.05,
      initialLr: 0.1,
      momentum: 0.8,
      weightDecay: 0.3,
      initialWeightDecay: 0.1,
    })
    const second = build('SGD', parameters, { lr: 9, momentum: 0.1, weightDecay: 9, dampening: 0.5 })
    second.loadStateDict(first.stateDict())
    expect(second.paramGroups[0]).toMatchObject({
      lr: 0.05,
      initialLr: 0.1,
      momentum: 0.8,
      weightDecay: 0.3,
      initialWeightDecay: 0.1,
      dampening: 0.5,
    })
    const third = build('SGD', parameters, { weightDecay: 0.2 })
    third.loadStateDict(build('SGD', parameters, { weightDecay: 0.1, lr: 4 }).stateDict())
    expect(third.paramGroups[0]).toMatchObject({ lr: 4, weightDecay: 0.2 })
    disposeAll(first, parameters)
  })

  it('that does not fit is refused before anything is changed', () => {
    const parameters = makeParameters({ a: [1, 2] })
    const optimizer = build('Adam', parameters)
    stepWith(optimizer, parameters, { a: [0.5, 0.5] })
    const state = optimizer.stateDict()
    const load = (change: object) => () => optimizer.loadStateDict({ ...state, ...change })
    expect(load({ type: 'SGD' })).toThrow('it was saved by SGD, but this run uses Adam')
    expect(load({ paramGroups: [] })).toThrow('it has 0 parameter groups, but this run has 1')
    expect(load({ state: { z: {} } })).toThrow("it knows a parameter 'z' that this run does not have")
    const wrong = tf.ones([3])
    expect(load({ state: { a: { exp_avg: wrong } } })).toThrow("'exp_avg' of 'a' has shape [3]")
    wrong.dispose()
    expect(optimizer.stateDict()).toMatchObject({ state: { a: { step: 1 } } })
    disposeAll(optimizer, parameters)
  })
})
