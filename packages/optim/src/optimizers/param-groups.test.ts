import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Adam, SGD } from '../index.js'

describe('groups of an optimizer', () => {
  let first: tf.Variable
  let second: tf.Variable

  beforeAll(async () => {
    await tf.setBackend('cpu')
    tf.tidy(() => {
      first = tf.variable(tf.ones([2]))
      second = tf.variable(tf.ones([2]))
    })
  })
  afterAll(() => tf.dispose([first, second]))

  const a = () => ({ name: 'a', variable: first })
  const b = () => ({ name: 'b', variable: second })

  it("have the optimizer's settings unless they override them, and keep settings of others", () => {
    const { paramGroups } = new SGD([{ params: [a()], lr: 0.5, lrMult: 5 }, { params: [b()] }], {
      momentum: 0.9,
    })
    expect(paramGroups).toMatchObject([
      { lr: 0.5, lrMult: 5, momentum: 0.9, weightDecay: 0 },
      { lr: 1e-3, momentum: 0.9, weightDecay: 0 },
    ])
  })

  it('share no list that a scheduler may write into', () => {
    const optimizer = new Adam([{ params: [a()] }, { params: [b()] }])
    const [one, two] = optimizer.paramGroups
    if (one !== undefined) one.betas[0] = 0.1
    expect([two?.betas, optimizer.defaults.betas]).toEqual([
      [0.9, 0.999],
      [0.9, 0.999],
    ])
    expect(new Adam([a()]).paramGroups[0]?.betas).toEqual([0.9, 0.999])
  })

  it('take undefined for not given', () => {
    const options = { lr: undefined, betas: undefined }
    const optimizer: Adam = Reflect.construct(Adam, [[a()], options])
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 1e-3, betas: [0.9, 0.999] })
  })

  it.each<[string, string, () => unknown]>([
    ['HL_OPTIM_NO_PARAMETERS', 'SGD was given no parameters', () => new SGD([])],
    ['HL_OPTIM_DUPLICATE', "'a' appears twice", () => new SGD([a(), a()])],
    [
      'HL_OPTIM_DUPLICATE',
      "'c' is the same variable as 'a'",
      () => new SGD([{ params: [a()] }, { params: [{ ...a(), name: 'c' }] }]),
    ],
    ['HL_OPTIM_DUPLICATE', "'a' appears twice", () => new SGD([a(), { ...b(), name: 'a' }])],
    [
      'HL_CONFIG',
      'SGD.paramGroups[1].lr: is -1',
      () => new SGD([{ params: [a()] }, { params: [b()], lr: -1 }]),
    ],
    [
      'HL_CONFIG',
      'SGD.paramGroups[0].nesterov',
      () => new SGD([{ params: [a()], momentum: 0 }], { nesterov: true, momentum: 0.9 }),
    ],
  ])('refuse with %s: %s', (code, message, build) => {
    expect(build).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })
})
