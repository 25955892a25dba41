import type { ModuleInfo } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OptimWrapper, SGD } from '../index.js'
import { firstParts, isUnder, partUnder } from './model-part.js'

describe('a part of a model', () => {
  const names = ['token', 'body.norm.gamma', 'body.norm.bias', 'head.kernel', 'header.bias']
  let variables: Record<string, tf.Variable>
  const modules: ModuleInfo[] = [
    { path: '', type: 'Net', parameters: ['token'] },
    { path: 'body.norm', type: 'BatchNormalization', role: 'norm', parameters: ['gamma', 'bias'] },
    { path: 'head', type: 'Dense', parameters: ['kernel'] },
    { path: 'header', type: 'Dense', parameters: ['bias'] },
  ]

  beforeAll(async () => {
    await tf.setBackend('cpu')
    variables = Object.fromEntries(names.map((name) => [name, tf.tidy(() => tf.variable(tf.ones([1])))]))
  })
  afterAll(() => tf.dispose(variables))

  const model = () => ({ parameters: () => variables, modules: () => modules, buffers: () => ({}) })

  it('is what is inside of its places, whole names only', () => {
    expect(isUnder('head', 'head')).toBe(true)
    expect(isUnder('head.kernel', 'head')).toBe(true)
    expect(isUnder('header.bias', 'head')).toBe(false)
    expect(firstParts(names)).toEqual(['token', 'body', 'head', 'header'])
    const part = partUnder(model(), ['head', 'body.norm'])
    expect(Object.keys(part.parameters())).toEqual(['body.norm.gamma', 'body.norm.bias', 'head.kernel'])
    expect(part.modules?.().map(({ parameters }) => parameters)).toEqual([
      [],
      ['gamma', 'bias'],
      ['kernel'],
      [],
    ])
  })

  it('knows no layers where the model knows none', () => {
    expect(partUnder({ parameters: () => variables }, ['head'])).not.toHaveProperty('modules')
  })

  it('is all that an OptimWrapper with `parameters` trains, by the rules for its layers', () => {
    const optimWrapper = new OptimWrapper(model(), {
      optimizer: { type: 'SGD', lr: 0.1, weightDecay: 0.5 },
      parameters: ['body', 'token'],
      paramwiseCfg: { normDecayMult: 0 },
    })
    expect(
      optimWrapper.optimizer.paramGroups.map(({ params, weightDecay }) => [params[0]?.name, weightDecay]),
    ).toEqual([
      ['token', 0.5],
      ['body.norm.gamma', 0],
      ['body.norm.bias', 0],
    ])
    optimWrapper.dispose()
  })

  it('is not for an optimizer that is made already', () => {
    const optimizer = new SGD([{ name: 'token', variable: variables.token ?? tf.variable(tf.scalar(0)) }])
    expect(() => new OptimWrapper(model(), { optimizer, parameters: ['head'] })).toThrow(
      /OptimWrapper\.parameters: is \['head'\], but must be left out beside an optimizer that is made already/,
    )
  })

  it('must not be empty', () => {
    const build = () =>
      new OptimWrapper(model(), { optimizer: { type: 'SGD' }, parameters: ['head', 'haed'] })
    expect(build).toThrow(
      /names 'haed', but no parameter of the model is called so or begins with 'haed\.'; the names begin with token, body, head, header.*HL_OPTIM_NO_PARAMETERS/,
    )
  })
})
