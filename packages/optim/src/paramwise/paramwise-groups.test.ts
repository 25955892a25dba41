import type { ModuleInfo } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ParamwiseCfg } from './paramwise-cfg.js'
import { type BaseSettings, paramwiseGroups } from './paramwise-groups.js'

const modules: ModuleInfo[] = [
  { path: '', type: 'Net', parameters: ['token'] },
  { path: 'stem.conv', type: 'Conv2D', parameters: ['kernel', 'bias'] },
  { path: 'stem.norm', type: 'BatchNormalization', role: 'norm', parameters: ['gamma', 'bias'] },
  { path: 'stem.depthwise', type: 'DepthwiseConv2D', role: 'depthwiseConv', parameters: ['kernel', 'bias'] },
  { path: 'dcn', type: 'DeformConv2D', role: 'deformableConv', parameters: ['kernel', 'bias'] },
  { path: 'dcn.conv_offset', type: 'Conv2D', parameters: ['kernel', 'bias'] },
  { path: 'head', type: 'Dense', parameters: ['kernel', 'bias', 'scale'] },
]

describe('paramwiseGroups', () => {
  let variables: Record<string, tf.Variable> = {}

  beforeEach(async () => {
    await tf.setBackend('cpu')
    for (const { path, parameters } of modules) {
      for (const own of parameters) {
        const shape = own === 'kernel' || own === 'token' ? [1, 2] : [2]
        variables[path === '' ? own : `${path}.${own}`] = tf.tidy(() => tf.variable(tf.ones(shape)))
      }
    }
  })
  afterEach(() => {
    tf.dispose(variables)
    variables = {}
  })

  /** The settings of each parameter that differ from the optimizer's. */
  function settings(cfg: ParamwiseCfg, base: BaseSettings = { lr: 0.1, weightDecay: 0.01 }) {
    const model = { parameters: () => variables, modules: () => modules }
    const groups = paramwiseGroups(model, base, cfg)
    return Object.fromEntries(
      groups.map(({ params, ...rest }) => [params.map(({ name }) => name).join(), rest] as const),
    )
  }

  const changed = (all: Record<string, object>) =>
    Object.fromEntries(Object.entries(all).filter(([, own]) => Object.keys(own).length > 0))

  it('makes one group per parameter, in the order of the modules', () => {
    expect(Object.keys(settings({ bypassDuplicate: true }))).toEqual(Object.keys(variables))
  })

  it('multiplies the learning rate of biases, less those of norms and inside deformable convolutions', () => {
    expect(changed(settings({ biasLrMult: 2 }))).toEqual({
      'stem.conv.bias': { lr: 0.2 },
      'stem.depthwise.bias': { lr: 0.2 },
      'dcn.bias': { lr: 0.2 },
      'head.bias': { lr: 0.2 },
    })
  })

  it('multiplies the learning rate of offset layers', () => {
    expect(changed(settings({ dcnOffsetLrMult: 0.5 }))).toEqual({
      'dcn.conv_offset.kernel': { lr: 0.05 },
      'dcn.conv_offset.bias': { lr: 0.05 },
    })
  })

  it('decays by the first rule that is set: norm, bias, depthwise, flat', () => {
    const rules = { normDecayMult: 1, biasDecayMult: 2, dwconvDecayMult: 3, flatDecayMult: 4 }
    const decays = Object.entries(settings(rules, { weightDecay: 1 })).map(([name, own]) => [
      name,
      own.weightDecay,
    ])
    expect(Object.fromEntries(decays)).toEqual({
      token: undefined,
      'stem.conv.kernel': undefined,
      'stem.conv.bias': 2,
      'stem.norm.gamma': 1,
      'stem.norm.bias': 1,
      'stem.depthwise.kernel': 3,
      'stem.depthwise.bias': 2,
      'dcn.kernel': undefined,
      'dcn.bias': 2,
      'dcn.conv_offset.kernel': undefined,
      'dcn.conv_offset.bias': undefined,
      'head.kernel': undefined,
      'head.bias': 2,
      'head.scale': 4,
    })
    expect(settings({ flatDecayMult: 0 })['stem.norm.bias']).toEqual({ weightDecay: 0 })
  })

  it('lets the longest key win, then the alphabet, and no other rule beside it', () => {
    const customKeys = {
      stem: { lrMult: 0.1 },
      'stem.conv': { lrMult: 0.5, momentum: 0.7 },
      bias: { decayMult: 0 },
      kern: { lrMult: 3 },
    }
    const found = settings({ customKeys, biasLrMult: 9, biasDecayMult: 9 })
    expect(found['stem.conv.bias']).toEqual({ lr: 0.05, lrMult: 0.5, momentum: 0.7 })
    expect(found['stem.norm.gamma']).toEqual({ lr: 0.1 * 0.1, lrMult: 0.1 })
    expect(found['stem.depthwise.kernel']).toEqual({ lr: 0.1 * 3, lrMult: 3 })
    expect(found['stem.depthwise.bias']).toEqual({ weightDecay: 0, decayMult: 0 })
    expect(found['head.scale']).toEqual({})
  })

  it('matches keys against the dotted name, with a leading dot for parameters of the model itself', () => {
    expect(changed(settings({ customKeys: { '.token': { lrMult: 0 } } }))).toEqual({
      token: { lr: 0, lrMult: 0 },
    })
  })

  it('leaves out frozen parameters, and freezes by requiresGrad', () => {
    const token = variables.token
    if (token !== undefined) token.trainable = false
    const found = settings({ customKeys: { stem: { requiresGrad: false } } })
    expect(found).not.toHaveProperty('token')
    expect(variables['stem.conv.kernel']?.trainable).toBe(false)
    expect(variables['head.kernel']?.trainable).toBe(true)
  })

  it('leaves out shared parameters on demand', () => {
    const tied = variables['stem.conv.bias']
    variables['head.bias']?.dispose()
    if (tied !== undefined) variables['head.bias'] = tied
    expect(settings({ bypassDuplicate: true })).not.toHaveProperty('head.bias')
    expect(settings({ biasLrMult: 2 })).toHaveProperty('head.bias')
  })

  it.each<[string, ParamwiseCfg, BaseSettings]>([
    ['normDecayMult multiplies the weight decay', { normDecayMult: 0 }, { lr: 0.1 }],
    ['customKeys.head.decayMult multiplies', { customKeys: { head: { decayMult: 0 } } }, { lr: 0.1 }],
    ["the learning rate of 'stem.conv.bias'", { biasLrMult: 2 }, { weightDecay: 0 }],
  ])('says what is missing: %s', (message, cfg, base) => {
    expect(() => settings(cfg, base)).toThrow(message)
  })

  it('wants the modules to own exactly the parameters', () => {
    const model = (list: readonly ModuleInfo[]) => ({ parameters: () => variables, modules: () => list })
    const build = (list: readonly ModuleInfo[]) => () =>
      paramwiseGroups(model(list), { lr: 1 }, { biasLrMult: 2 })
    expect(build(modules.slice(1))).toThrow('parameters() has token, which no module of modules() owns')
    expect(build([...modules, { path: 'x', type: 'X', parameters: ['y'] }])).toThrow("tells of 'x.y'")
    expect(() => paramwiseGroups({ parameters: () => variables }, {}, { biasLrMult: 2 })).toThrow(
      'no modules()',
    )
  })
})
