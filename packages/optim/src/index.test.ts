import {
  type OptimizerConfigs,
  type OptimizerParams,
  optimizerRegistry,
  optimWrapperRegistry,
  type TypedConfig,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import * as v from 'valibot'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { LinearModel } from '../test/linear-model.js'
import {
  AdamW,
  type Arithmetic,
  ElementwiseOptimizer,
  type Factors,
  type OptimizerSettings,
  OptimWrapper,
  type OptimWrapperOptions,
  TensorOptimizer,
  type Update,
} from './index.js'
import { packageInfo } from './package-info.js'

describe('@hookloop/optim', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('registers its optimizers and wrappers', () => {
    expect(optimizerRegistry.names().sort()).toEqual(
      ['Adadelta', 'Adagrad', 'Adam', 'AdamW', 'Adamax', 'Lion', 'NAdam', 'RAdam', 'RMSprop', 'SGD'].sort(),
    )
    expect(optimWrapperRegistry.names()).toEqual(['OptimWrapper', 'OptimWrapperDict', 'AmpOptimWrapper'])
  })

  it.each([...optimizerRegistry.entries()])(
    'tells the defaults of $type, all of which a config may set',
    ({ type, details }) => {
      const variable = tf.variable(tf.zeros([1]))
      const build = (options: object) =>
        optimizerRegistry.build({ type, ...options }, [{ name: 'bias', variable }])
      const [silent, told] = [build({}), build(details.defaults ?? expect.fail())]
      expect(told.paramGroups).toEqual(silent.paramGroups)
      for (const optimizer of [silent, told]) optimizer.dispose()
      variable.dispose()
    },
  )

  it('builds from a config', () => {
    const model = new LinearModel()
    const config = { type: 'OptimWrapper', optimizer: { type: 'AdamW', lr: 0.1 }, accumulativeCounts: 2 }
    const wrapper = optimWrapperRegistry.build(config, model)
    expect(wrapper).toBeInstanceOf(OptimWrapper)
    expect(wrapper).toMatchObject({ optimizer: expect.any(AdamW), lossFactor: 2 })
    wrapper.dispose()
    model.dispose()
  })

  it('takes optimizers of others', () => {
    class SignSGD extends TensorOptimizer<OptimizerSettings, Required<Factors<'lr'>>> {
      constructor(params: OptimizerParams, options: Partial<OptimizerSettings> = {}) {
        const entries = { lr: v.optional(v.number()) }
        super(
          'SignSGD',
          params,
          v.strictObject(entries),
          { lr: 0.1, weightDecay: 0, maximize: false },
          options,
        )
      }
      protected override factors({ lr }: OptimizerSettings) {
        return { lr }
      }
      protected override updated(parameter: tf.Tensor, gradient: tf.Tensor, { lr }: Required<Factors<'lr'>>) {
        return tf.sub(parameter, tf.mul(tf.sign(gradient), lr))
      }
    }
    optimizerRegistry.register('SignSGD', SignSGD, { ...packageInfo, name: 'sign-sgd' })
    const model = new LinearModel()
    const config = { type: 'SignSGD', lr: 0.5 }
    const optimizer = optimizerRegistry.build(config, [{ name: 'bias', variable: model.bias }])
    const wrapper = new OptimWrapper(model, { optimizer })
    tf.tidy(() => wrapper.updateParams(() => tf.sum(model.bias)).dispose())
    expect(model.values().bias).toEqual([0.01, -0.02].map((value) => Math.fround(Math.fround(value) - 0.5)))
    wrapper.dispose()
    model.dispose()
  })

  it('takes rules of others that treat each element by itself', () => {
    type Taken = Required<Factors<'lr'>>
    class SignDescent extends ElementwiseOptimizer<OptimizerSettings, Taken> {
      constructor(params: OptimizerParams) {
        const defaults = { lr: 0.5, weightDecay: 0, maximize: false }
        super('SignDescent', params, v.strictObject({ lr: v.optional(v.number()) }), defaults, {})
      }
      protected override factors({ lr }: OptimizerSettings) {
        return { lr }
      }
      protected override rule<Value>(
        { sub, mul, sign }: Arithmetic<Value>,
        { parameter, gradient, factors }: Update<Value, Taken>,
      ) {
        return sub(parameter, mul(sign(gradient), factors.lr))
      }
    }
    const variable = tf.variable(tf.tensor1d([1, 2, 3]))
    const optimizer = new SignDescent([{ name: 'w', variable }])
    tf.tidy(() => optimizer.step({ w: tf.tensor1d([5, -5, 0]) }))
    expect([...variable.dataSync()]).toEqual([0.5, 2.5, 3])
    optimizer.dispose()
    variable.dispose()
  })

  it('says why there is no half precision', () => {
    const build = () => optimWrapperRegistry.build({ type: 'AmpOptimWrapper' }, new LinearModel())
    expect(build).toThrow(expect.objectContaining({ code: 'HL_OPTIM_HALF_PRECISION' }))
  })

  it('types configs by the optimizers that are installed', () => {
    expectTypeOf({ type: 'Adam' as const, lr: 1e-3, amsgrad: true }).toExtend<TypedConfig<OptimizerConfigs>>()
    expectTypeOf({ type: 'Adem' as const }).not.toExtend<TypedConfig<OptimizerConfigs>>()
    expectTypeOf({ optimizer: tf.train.adam(1e-3) }).toExtend<OptimWrapperOptions>()
    // @ts-expect-error momentum is an option of SGD, not of Adam
    const wrong: OptimWrapperOptions = { optimizer: { type: 'Adam', momentum: 0.9 } }
    expect(wrong).toBeDefined()
  })
})
