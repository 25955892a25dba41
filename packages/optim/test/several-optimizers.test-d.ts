import {
  BaseModel,
  type OptimWrapper as CoreOptimWrapper,
  type Model,
  type RunnerOptions,
  type StepOutputs,
} from '@hookloop/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import { expectTypeOf, it } from 'vitest'
import type { OptimWrapperDict } from '../src/index.js'

type Options = Pick<RunnerOptions, 'optimWrapper'>

it('offers the options of every optimizer by its name', () => {
  const one: Options = {
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD' }, parameters: ['head'] },
  }
  const several: Options = {
    optimWrapper: {
      type: 'OptimWrapperDict',
      generator: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 1e-3 }, accumulativeCounts: 2 },
      discriminator: {
        type: 'OptimWrapper',
        optimizer: { type: 'SGD', momentum: 0.9 },
        parameters: ['a', 'b'],
      },
    },
  }
  expectTypeOf([one, several]).toExtend<Options[]>()
  const unknownOption: Options = {
    optimWrapper: {
      type: 'OptimWrapperDict',
      // @ts-expect-error: an unknown option of a wrapper
      generator: { type: 'OptimWrapper', optimizer: { type: 'Adam' }, clip: 1 },
    },
  }
  const nested: Options = {
    // @ts-expect-error: a dict inside of a dict
    optimWrapper: {
      type: 'OptimWrapperDict',
      generator: { type: 'OptimWrapperDict', inner: { type: 'OptimWrapper', optimizer: { type: 'Adam' } } },
    },
  }
  expectTypeOf([unknownOption, nested]).toBeArray()
})

it('gives models their optimizers by name', () => {
  class Gan extends BaseModel {
    override trainStep(
      _batch: { x: Tensor },
      optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>,
    ): StepOutputs {
      expectTypeOf(optimWrapper.get('generator')).toEqualTypeOf<CoreOptimWrapper>()
      // @ts-expect-error: a name that there is not
      optimWrapper.get('critic')
      return { loss: optimWrapper.get('discriminator').updateParams((): Scalar => this.forward()) }
    }
    forward(): never {
      throw new Error('never called')
    }
  }
  expectTypeOf<Gan>().toExtend<Model>()
})
