import { type OptimWrapper as CoreOptimWrapper, NonFiniteLossError } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LinearModel, linearBatch } from '../../test/linear-model.js'
import { Adam, OptimWrapper, type OptimWrapperOptions, SGD } from '../index.js'

const adam: OptimWrapperOptions = { optimizer: { type: 'Adam', lr: 0.05 } }

/** One pass in a scope, as a loop runs it. @returns the loss */
function pass(wrapper: CoreOptimWrapper, model: LinearModel, index: number): number {
  return tf.tidy(() => {
    const batch = linearBatch(index)
    const loss = wrapper.updateParams(() => model.lossOf(batch))
    const value = loss.dataSync()[0] ?? Number.NaN
    loss.dispose()
    return value
  })
}

function gradNormOf(wrapper: OptimWrapper): number | undefined {
  const values = wrapper.takeLogValues()
  const norm = values?.grad_norm
  if (!(norm instanceof tf.Tensor)) return undefined
  const value = norm.dataSync()[0]
  norm.dispose()
  return value
}

describe('OptimWrapper', () => {
  let before = 0
  const models: LinearModel[] = []
  const wrappers: OptimWrapper[] = []

  const makeModel = () => {
    const model = new LinearModel()
    models.push(model)
    return model
  }
  const make = (model: LinearModel, options: OptimWrapperOptions) => {
    const wrapper = new OptimWrapper(model, options)
    wrappers.push(wrapper)
    return wrapper
  }

  beforeEach(async () => {
    await tf.setBackend('cpu')
    before = tf.memory().numTensors
  })

  // Every test must leave nothing behind once its models and wrappers are disposed.
  afterEach(() => {
    for (const wrapper of wrappers.splice(0)) wrapper.dispose()
    for (const model of models.splice(0)) model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each<['stop' | 'skip' | 'ignore', boolean]>([
    ['stop', true],
    ['skip', true],
    ['ignore', false],
  ])('with nonFiniteLoss %s gives buffers back what they held: %s', (nonFiniteLoss, isRestored) => {
    const model = makeModel()
    const average = tf.tidy(() => tf.variable(tf.scalar(1), false))
    const wrapper = new OptimWrapper(
      { parameters: () => model.parameters(), buffers: () => ({ average }) },
      { ...adam, nonFiniteLoss },
    )
    const passWith = (factor: number) =>
      tf.tidy(() => {
        const batch = linearBatch(0)
        const loss = wrapper.updateParams(() => {
          average.assign(tf.mul(average, factor))
          return tf.mul(model.lossOf(batch), factor)
        })
        loss.dispose()
      })
    passWith(2)
    expect(average.dataSync()[0]).toBe(2)
    if (nonFiniteLoss === 'stop') expect(() => passWith(Number.NaN)).toThrow(NonFiniteLossError)
    else passWith(Number.NaN)
    expect(average.dataSync()[0]).toBe(isRestored ? 2 : Number.NaN)
    wrapper.stepListener = {
      beforeStep: () => {
        throw new Error('a hook')
      },
    }
    tf.tidy(() => average.assign(tf.scalar(3)))
    if (isRestored) expect(() => passWith(5)).toThrow('a hook')
    expect(average.dataSync()[0]).toBe(3)
    wrapper.dispose()
    average.dispose()
  })

  it('tells when the parameters begin to change and when they have', () => {
    const model = makeModel()
    const wrapper = make(model, { ...adam, accumulativeCounts: 2 })
    const start = JSON.stringify(model.values())
    const seen: unknown[] = []
    const note = (what: string) => () => void seen.push([what, JSON.stringify(model.values()) === start])
    wrapper.stepListener = {
      beforeStep: note('before'),
      beginUpdate: note('begin'),
      afterStep: note('after'),
    }
    pass(wrapper, model, 0)
    expect(seen).toEqual([])
    pass(wrapper, model, 0)
    expect(seen).toEqual([
      ['before', true],
      ['begin', true],
      ['after', false],
    ])
    wrapper.dispose()
  })

  it('trains, and gives back the loss that the caller owns', () => {
    const model = makeModel()
    const wrapper = make(model, adam)
    const held = tf.memory().numTensors
    const batch = linearBatch(0)
    const loss = wrapper.updateParams(() => model.lossOf(batch))
    expect(loss.isDisposed).toBe(false)
    const first = loss.dataSync()[0] ?? 0
    tf.dispose([loss, batch.inputs, batch.targets])
    expect(tf.memory().numTensors).toBe(held + 4)
    for (let step = 0; step < 30; step++) pass(wrapper, model, 0)
    expect(pass(wrapper, model, 0)).toBeLessThan(first * 0.6)
  })

  it('holds the same number of tensors after every pass', () => {
    const model = makeModel()
    const wrapper = make(model, { ...adam, accumulativeCounts: 3, clipGrad: { maxNorm: 1 } })
    const counts = Array.from({ length: 12 }, (_, step) => {
      pass(wrapper, model, step)
      return tf.memory().numTensors
    })
    expect(counts.slice(6)).toEqual(counts.slice(3, 9))
  })

  it('gives for n accumulated passes what one pass over their mean gives', () => {
    const [model, whole] = [makeModel(), makeModel()]
    const wrapper = make(model, { optimizer: { type: 'SGD', lr: 0.1 }, accumulativeCounts: 3 })
    const single = make(whole, { optimizer: { type: 'SGD', lr: 0.1 } })
    const start = model.values()
    pass(wrapper, model, 0)
    pass(wrapper, model, 1)
    expect(model.values()).toEqual(start)
    pass(wrapper, model, 2)
    tf.tidy(() => {
      const batches = [0, 1, 2].map(linearBatch)
      single
        .updateParams(() => tf.div<tf.Scalar>(tf.addN(batches.map((batch) => whole.lossOf(batch))), 3))
        .dispose()
    })
    const [found, wanted] = [model.values(), whole.values()]
    for (const name of ['weight', 'bias']) {
      found[name]?.forEach((value, index) => {
        expect(value).toBeCloseTo(wanted[name]?.[index] ?? Number.NaN, 6)
      })
    }
  })

  it('updates at the end of the run too, averaged over the shorter window', () => {
    const [model, rest] = [makeModel(), makeModel()]
    const wrapper = make(model, { optimizer: { type: 'SGD', lr: 0.1 }, accumulativeCounts: 4 })
    wrapper.initializeCountStatus(0, 1)
    expect([wrapper.nextPassUpdates, wrapper.lossFactor]).toEqual([true, 1])
    pass(wrapper, model, 0)
    pass(make(rest, { optimizer: { type: 'SGD', lr: 0.1 } }), rest, 0)
    expect(model.values()).toEqual(rest.values())
  })

  it('goes on from a saved state at any pass as if it had never stopped, to the bit', () => {
    const configs: OptimWrapperOptions[] = [
      adam,
      { ...adam, accumulativeCounts: 3, clipGrad: { maxNorm: 0.2 } },
      { optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 }, accumulativeCounts: 4 },
      {
        optimizer: { type: 'AdamW', lr: 0.02, weightDecay: 0.1 },
        paramwiseCfg: { biasLrMult: 2, biasDecayMult: 0 },
        accumulativeCounts: 2,
      },
    ]
    fc.assert(
      fc.property(fc.constantFrom(...configs), fc.nat(10), (options, cut) => {
        const [straight, first, second] = [makeModel(), makeModel(), makeModel()]
        const straightWrapper = make(straight, options)
        straightWrapper.initializeCountStatus(0, 10)
        for (let step = 0; step < 10; step++) pass(straightWrapper, straight, step)

        const firstWrapper = make(first, options)
        firstWrapper.initializeCountStatus(0, 10)
        for (let step = 0; step < cut; step++) pass(firstWrapper, first, step)
        tf.tidy(() => {
          second.loadStateDict(first.stateDict())
        })
        const secondWrapper = make(second, options)
        secondWrapper.loadStateDict(firstWrapper.stateDict())
        secondWrapper.initializeCountStatus(cut, 10)
        for (let step = cut; step < 10; step++) pass(secondWrapper, second, step)

        expect(second.values()).toEqual(straight.values())
        expect(secondWrapper.innerCount).toBe(10)
      }),
      { numRuns: 30 },
    )
  })

  it('logs the norm before clipping at updates only, and hands it over once', () => {
    const model = makeModel()
    const wrapper = make(model, { ...adam, accumulativeCounts: 2, clipGrad: { maxNorm: 1e-3 } })
    pass(wrapper, model, 0)
    expect(wrapper.takeLogValues()).toBeUndefined()
    pass(wrapper, model, 1)
    expect(gradNormOf(wrapper)).toBeGreaterThan(1e-3)
    expect(wrapper.takeLogValues()).toBeUndefined()
  })

  describe('a loss that is not finite', () => {
    const nanLoss = (model: LinearModel) => () => tf.mul<tf.Scalar>(model.lossOf(linearBatch(1)), Number.NaN)

    it('stops before anything is changed', () => {
      const model = makeModel()
      const wrapper = make(model, { ...adam, accumulativeCounts: 3 })
      pass(wrapper, model, 0)
      const [values, held] = [model.values(), tf.memory().numTensors]
      const fail = () => tf.tidy(() => wrapper.updateParams(nanLoss(model)))
      expect(fail).toThrow(NonFiniteLossError)
      expect(fail).toThrow(
        /the loss is NaN \(learning rate 0.05, after 1 passes, pass 2 of 3 of an accumulation\)/,
      )
      expect([model.values(), wrapper.innerCount, tf.memory().numTensors]).toEqual([values, 1, held])
    })

    it('is left out by skip: the rest of the window counts', () => {
      const model = makeModel()
      const wrapper = make(model, {
        optimizer: { type: 'SGD', lr: 0.1 },
        accumulativeCounts: 2,
        nonFiniteLoss: 'skip',
      })
      pass(wrapper, model, 0)
      const start = model.values()
      tf.tidy(() => wrapper.updateParams(nanLoss(model)).dispose())
      expect(wrapper.takeLogValues()).toEqual({ skipped_steps: 1 })
      expect(model.values()).not.toEqual(start)
      expect(Object.values(model.values()).flat().every(Number.isFinite)).toBe(true)
    })

    it('is no update at all where nothing else was accumulated', () => {
      const model = makeModel()
      const wrapper = make(model, { ...adam, nonFiniteLoss: 'skip' })
      const seen: string[] = []
      wrapper.stepListener = { beforeStep: () => seen.push('before'), afterStep: () => seen.push('after') }
      const start = model.values()
      tf.tidy(() => wrapper.updateParams(nanLoss(model)).dispose())
      expect([model.values(), seen, wrapper.innerCount]).toEqual([start, [], 1])
    })

    it('is never read with ignore', () => {
      const model = makeModel()
      const wrapper = make(model, { ...adam, nonFiniteLoss: 'ignore' })
      let reads = 0
      tf.tidy(() => {
        const loss = wrapper.updateParams(() => {
          const value = model.lossOf(linearBatch(0))
          const read = value.dataSync.bind(value)
          value.dataSync = () => {
            reads += 1
            return read()
          }
          return value
        })
        loss.dispose()
      })
      expect(reads).toBe(0)
    })
  })

  it('leaves frozen parameters alone, also such as are frozen later', () => {
    const model = makeModel()
    const wrapper = make(model, { optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } })
    pass(wrapper, model, 0)
    model.bias.trainable = false
    const frozen = model.values().bias
    pass(wrapper, model, 1)
    expect(model.values().bias).toEqual(frozen)
    model.weight.trainable = false
    expect(() => pass(wrapper, model, 2)).toThrow('HL_OPTIM_NO_GRADIENT')
  })

  it('takes an optimizer that is made already, with groups of its own', () => {
    const model = makeModel()
    const groups = [
      { params: [{ name: 'weight', variable: model.weight }], lr: 0.1 },
      { params: [{ name: 'bias', variable: model.bias }], lr: 0.01 },
    ]
    const wrapper = make(model, { optimizer: new SGD(groups, { lr: 0.5, momentum: 0.9 }) })
    expect(wrapper.getLr()).toEqual({ base_lr: [0.5], lr: [0.1, 0.01] })
    expect(wrapper.getMomentum()).toEqual({ momentum: [0.9, 0.9] })
    expect(wrapper.paramGroups.map(({ params, lr }) => [params.map(({ name }) => name), lr])).toEqual([
      [['weight'], 0.1],
      [['bias'], 0.01],
      [[], 0.5],
    ])
  })

  it('tells momenta by what an optimizer has', () => {
    const model = makeModel()
    expect(make(model, adam).getMomentum()).toEqual({ momentum: [0.9] })
    expect(make(model, { optimizer: { type: 'SGD' } }).getMomentum()).toEqual({ momentum: [0] })
    expect(make(model, { optimizer: { type: 'Adagrad' } }).getMomentum()).toEqual({ momentum: [0] })
    expect(make(model, adam).getLr()).toEqual({ lr: [0.05] })
  })

  it('keeps what schedulers wrote into the pseudo group across a resume', () => {
    const options: OptimWrapperOptions = { ...adam, paramwiseCfg: { biasLrMult: 2 } }
    const model = makeModel()
    const [first, second] = [make(model, options), make(model, options)]
    for (const group of first.paramGroups) {
      group.initialLr = group.lr
      group.lr *= 0.5
    }
    second.loadStateDict(first.stateDict())
    expect(second.getLr()).toEqual({ base_lr: [0.025], lr: [0.025, 0.05] })
    expect(second.paramGroups.at(-1)?.initialLr).toBe(0.05)
  })

  it('trains a variable that has two names once', () => {
    const model = makeModel()
    const shared = { parameters: () => ({ ...model.parameters(), tied: model.weight }) }
    const wrapper = new OptimWrapper(shared, adam)
    expect(wrapper.paramGroups[0]?.params.map(({ name }) => name)).toEqual(['weight', 'bias'])
    wrapper.dispose()
  })

  it('refuses an accumulated gradient that fits no parameter', () => {
    const model = makeModel()
    const wrapper = make(model, { ...adam, accumulativeCounts: 2 })
    pass(wrapper, model, 0)
    const state = wrapper.stateDict()
    const stray = { ...state, accumulation: { innerCount: 1, gradients: { gone: model.bias } } }
    expect(() => wrapper.loadStateDict(stray)).toThrow("gradient of 'gone'")
  })

  it.each([
    [{ optimizer: { type: 'Adam' }, accumulativeCounts: 0 }, 'OptimWrapper.accumulativeCounts: is 0'],
    [{ optimizer: { type: 'Adam' }, accumulativeCounts: 1.5 }, 'OptimWrapper.accumulativeCounts'],
    [{ optimizer: { type: 'Adam' }, clipGrad: {} }, 'OptimWrapper.clipGrad.maxNorm'],
    [{ optimizer: { type: 'Adam' }, nonFiniteLoss: 'warn' }, "must be 'stop', 'skip' or 'ignore'"],
    [{ optimizer: { type: 'Adam' }, gradClip: {} }, 'OptimWrapper.gradClip: is not an option'],
    [{ optimizer: { lr: 0.1 } }, 'OptimWrapper.optimizer'],
    [{}, 'OptimWrapper.optimizer'],
    [{ optimizer: { type: 'Adam', lrr: 0.1 } }, "Adam.lrr: is not an option. Did you mean 'lr'"],
    [{ optimizer: { type: 'Adem' } }, 'HL_UNKNOWN_TYPE'],
    [{ optimizer: { type: 'SGD', nesterov: true } }, 'SGD.nesterov: is true'],
    [
      { optimizer: { type: 'Adam', betas: [0.9, 1] } },
      'Adam.betas[1]: is 1, but must be two numbers in [0, 1)',
    ],
    [{ optimizer: { type: 'Adam', lr: -1 } }, 'Adam.lr: is -1'],
  ])('refuses %o', (options, message) => {
    const model = makeModel()
    const build = () => Reflect.construct(OptimWrapper, [model, options])
    expect(build).toThrow(message)
  })

  it('refuses paramwise settings for an optimizer that is made already', () => {
    const model = makeModel()
    const optimizer = new Adam([{ name: 'weight', variable: model.weight }])
    expect(() => new OptimWrapper(model, { optimizer, paramwiseCfg: { biasLrMult: 2 } })).toThrow(
      expect.objectContaining({ code: 'HL_OPTIM_PARAMWISE' }),
    )
  })
})
