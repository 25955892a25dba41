import '@tensorflow/tfjs'
import { tmpdir } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { BaseModel } from '../model/base-model.js'
import type { HasParamGroups, OptimWrapper, ParamGroup } from '../optim/optim-wrapper.js'
import type { ParamScheduler, SchedulerContext } from '../optim/param-scheduler.js'
import '../registry/built-ins.js'
import { hasCode } from '../errors/hookloop-error.js'
import { optimWrapperRegistry, paramSchedulerRegistry } from '../registry/registries.js'
import { buildParamSchedulers } from './build-schedulers.js'
import { Runner } from './runner.js'

const packageInfo = { name: 'test', version: '1', url: 'x', hookApi: 1 }

class One implements OptimWrapper {
  readonly paramGroups: readonly ParamGroup[] = [{ params: [], lr: 1 }]
  stepListener = {}
  updateParams(loss: () => tf.Scalar): tf.Scalar {
    return loss()
  }
  initializeCountStatus(): void {}
  getLr() {
    return {}
  }
  getMomentum() {
    return {}
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
  dispose(): void {}
}

class Several extends One {
  readonly wrappers: Readonly<Record<string, OptimWrapper>>
  constructor(_model: object, names: object) {
    super()
    this.wrappers = Object.fromEntries(Object.keys(names).map((name) => [name, new One()]))
  }
}

class Halving implements ParamScheduler {
  readonly byEpoch = true
  constructor(
    readonly target: HasParamGroups,
    _context: SchedulerContext,
    readonly options: { readonly factor?: number },
  ) {}
  step(): void {
    for (const group of this.target.paramGroups) group.lr /= 2
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
}

optimWrapperRegistry.register('One', One, packageInfo, {
  options: v.strictObject({ size: v.optional(v.number('must be a number, such as 1')) }),
  nested: () => undefined,
})
optimWrapperRegistry.register('Several', Several, packageInfo, { nested: () => optimWrapperRegistry })
optimWrapperRegistry.register('Absent', One, packageInfo, { unavailable: 'is not here; use One' })
optimWrapperRegistry.register('Silent', One, packageInfo)
paramSchedulerRegistry.register('Halving', Halving, packageInfo, {
  options: v.strictObject({ factor: v.optional(v.number('must be a number, such as 0.5')) }),
})

/** The mistakes of a config, or nothing. */
function mistakes(extra: object): string {
  const options = {
    model: () => new Line(),
    workDir: tmpdir(),
    console: false,
    trainDataloader: { dataset: { length: 4, getBatch: () => ({ x: tf.ones([2]) }) }, batchSize: 2 },
    trainCfg: { maxEpochs: 1 },
    ...extra,
  }
  try {
    Reflect.construct(Runner, [options])
    return ''
  } catch (error) {
    expect(hasCode(error, 'HL_CONFIG')).toBe(true)
    return error instanceof Error ? error.message : String(error)
  }
}

class Line extends BaseModel {
  readonly weight = this.addParameter('weight', tf.ones([1]))
  forward() {
    return { loss: tf.sum(this.weight) }
  }
}

describe('the check of several optimizers', () => {
  const optimWrapper = { type: 'Several', left: { type: 'One' }, right: { type: 'One' } }

  it('looks into nested configs, at any depth', () => {
    const text = mistakes({
      optimWrapper: {
        type: 'Several',
        left: { type: 'One', size: 'big' },
        right: { type: 'Seveal' },
        inner: {
          type: 'Several',
          deep: { type: 'Absent' },
          list: [{ type: 'One' }, { type: 'One', sise: 1 }],
        },
      },
    })
    for (const line of [
      /^ {2}optimWrapper\.left\.size: is 'big', but must be a number, such as 1/m,
      /^ {2}optimWrapper\.right\.type: .*Did you mean 'Several'/m,
      /^ {2}optimWrapper\.inner\.deep\.type: is not here; use One \(HL_CONFIG_UNAVAILABLE\)/m,
      /^ {2}optimWrapper\.inner\.list\[1\]\.sise: is not an option/m,
    ])
      expect(text).toMatch(line)
  })

  it.each<[string, object, RegExp | '']>([
    ['a list', { optimWrapper, paramScheduler: [{ type: 'Halving' }] }, ''],
    [
      'lists by name',
      { optimWrapper, paramScheduler: { left: [{ type: 'Halving' }], right: { type: 'Halving' } } },
      '',
    ],
    [
      'an unknown name',
      { optimWrapper, paramScheduler: { lefd: [{ type: 'Halving' }] } },
      /paramScheduler\.lefd: is no optimizer of optimWrapper\. Did you mean 'left'\? There are left, right/,
    ],
    [
      'a wrong option of one of them',
      { optimWrapper, paramScheduler: { left: [{ type: 'Halving' }, { type: 'Halving', factor: 'x' }] } },
      /paramScheduler\.left\[1\]\.factor: is 'x', but must be a number/,
    ],
    [
      'names for one optimizer',
      { optimWrapper: { type: 'One' }, paramScheduler: { left: [{ type: 'Halving' }] } },
      /paramScheduler: is by name \(left\), but optimWrapper is one optimizer; give a list/,
    ],
    [
      'names for one optimizer that is made already',
      { optimWrapper: new One(), paramScheduler: { left: [] } },
      /paramScheduler: is by name \(left\), but optimWrapper is one/,
    ],
    [
      'an unknown name for optimizers that are made already',
      { optimWrapper: new Several({}, { left: 0 }), paramScheduler: { right: [] } },
      /paramScheduler\.right: is no optimizer of optimWrapper\. There are left/,
    ],
    [
      'names for a wrapper that tells nothing',
      { optimWrapper: { type: 'Silent' }, paramScheduler: { x: [] } },
      '',
    ],
  ])('judges schedulers: %s', (_what, extra, message) => {
    const found = mistakes(extra)
    if (message === '') expect(found).toBe('')
    else expect(found).toMatch(message)
  })
})

describe('the schedulers of several optimizers', () => {
  const several = () => new Several({}, { left: 0, right: 0 })
  const halving = { type: 'Halving' }
  // Names of schedulers are typed by the packages that are installed; there is none here.
  const build = (config: unknown, wrapper: OptimWrapper): unknown =>
    Reflect.apply(buildParamSchedulers, undefined, [config, wrapper, {}])

  it('are built anew for each from a list', () => {
    const wrapper = several()
    const built = build([halving, halving], wrapper)
    expect(built).toEqual({ left: [expect.any(Halving), expect.any(Halving)], right: expect.any(Array) })
    expect(built).toMatchObject({ left: [{ target: wrapper.wrappers.left }, {}] })
    expect(built).toMatchObject({ right: [{ target: wrapper.wrappers.right }, {}] })
  })

  it('are built by name each for its own, from a list or alone', () => {
    const wrapper = several()
    expect(build({ right: halving }, wrapper)).toEqual({ right: [expect.any(Halving)] })
    expect(build({ right: halving }, wrapper)).toMatchObject({ right: [{ target: wrapper.wrappers.right }] })
    expect(build({ left: [], right: [halving] }, wrapper)).toMatchObject({ left: [], right: [{}] })
  })

  it('stay a list for one', () => {
    expect(build(halving, new One())).toEqual([expect.any(Halving)])
    expect(build(undefined, several())).toEqual([])
  })

  it.each<[string, unknown, () => OptimWrapper, RegExp]>([
    [
      'an unknown name',
      { lefd: [] },
      several,
      /'lefd' is no optimizer.*Did you mean 'left'.*HL_SCHEDULER_NAME/,
    ],
    ['a name of every object', { toString: [] }, several, /'toString' is no optimizer.*HL_SCHEDULER_NAME/],
    ['names for one', { left: [] }, () => new One(), /is by name \(left\).*HL_SCHEDULER_NAME/],
    ['no scheduler', { left: [3] }, several, /HL_SCHEDULER_TYPE/],
    [
      'one that is made already, for all',
      [new Halving(new One(), {}, {})],
      several,
      /drives one optimizer, but there are left, right; give it under.*\{ left: \[scheduler\] \}.*HL_SCHEDULER_TYPE/,
    ],
  ])('refuse %s', (_what, config, wrapper, message) => {
    expect(() => build(config, wrapper())).toThrow(message)
  })
})

describe('BaseModel with several optimizers', () => {
  it('asks for a trainStep of its own', () => {
    const model = new Line()
    expect(() => model.trainStep({}, new Several({}, { left: 0, right: 0 }))).toThrow(
      /several \(left, right\)\. Write trainStep\(batch, optimWrapper\) in Line; in it, optimWrapper\.get\('left'\).*HL_MODEL_TRAIN_STEP/,
    )
    model.dispose()
  })

  it('tells of layers by the dots in names', () => {
    class Nested extends BaseModel {
      readonly all = ['scale', 'head.kernel', 'head.bias', 'head.inner.bias'].map((name) =>
        this.addParameter(name, tf.ones([1])),
      )
      forward() {
        return { loss: tf.scalar(0) }
      }
    }
    const model = new Nested()
    expect(model.modules()).toEqual([
      { path: '', type: 'Nested', parameters: ['scale'] },
      { path: 'head', type: 'Module', parameters: ['kernel', 'bias'] },
      { path: 'head.inner', type: 'Module', parameters: ['bias'] },
    ])
    model.dispose()
  })
})
