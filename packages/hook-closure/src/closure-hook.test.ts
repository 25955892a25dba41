import {
  ArrayDataset,
  Hook,
  hasCode,
  hookPoints,
  MemoryStorage,
  Metric,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { ClosureHook, type ClosurePoint, registerClosure } from './index.js'
import { closurePoints } from './options.js'

const values = Float32Array.of(1, 2, 3, 4)
const judged = {
  dataset: new ArrayDataset({ x: { values, shape: [1] }, y: { values, shape: [1] } }),
  batchSize: 2,
}

class Count extends Metric<number> {
  process(): void {
    this.results.push(1)
  }
  computeMetrics(results: readonly number[]) {
    return { batches: results.length }
  }
}

class Broken extends Count {
  override process(): void {
    throw new Error('no ink')
  }
}

/** Trains an epoch with a validation, saves, tests; then loads what was saved into a run whose validation fails. */
async function everyPoint(customHooks: () => NonNullable<RunnerOptions['customHooks']>): Promise<void> {
  const shared = { storage: new MemoryStorage(), trainCfg: { maxEpochs: 1 }, valDataloader: judged }
  const whole = {
    ...shared,
    valEvaluator: new Count(),
    testDataloader: judged,
    testEvaluator: new Count(),
    customHooks: customHooks(),
  }
  await withRunner(whole, async (runner) => {
    await runner.train()
    await runner.saveCheckpoint('saved.safetensors')
    await runner.test()
  })
  const broken = {
    ...shared,
    valEvaluator: new Broken(),
    loadFrom: 'saved.safetensors',
    customHooks: customHooks(),
  }
  await withRunner(broken, (runner) => expect(runner.val()).rejects.toThrow('no ink'))
}

function describeArgument(value: unknown): string {
  if (value instanceof Runner) return 'runner'
  if (value instanceof Error) return 'error'
  if (value instanceof Tensor) return 'tensor'
  if (typeof value === 'number') return 'number'
  if (typeof value !== 'object' || value === null) return String(value)
  return 'stateDict' in value ? 'checkpoint' : Object.keys(value).join(',')
}

/** How often each point is met in {@link everyPoint}, and with which arguments the first time. */
const expected: Record<ClosurePoint, readonly [times: number, args: string]> = {
  beforeRun: [3, 'runner'],
  afterLoadCheckpoint: [1, 'runner checkpoint'],
  beforeTrain: [1, 'runner'],
  beforeTrainEpoch: [1, 'runner'],
  beforeTrainIter: [4, 'runner number x,y'],
  beforeOptimStep: [4, 'runner weight'],
  afterOptimStep: [4, 'runner'],
  afterTrainIter: [4, 'runner number x,y loss'],
  afterTrainEpoch: [1, 'runner'],
  beforeVal: [2, 'runner'],
  beforeValEpoch: [2, 'runner'],
  beforeValIter: [3, 'runner number x,y'],
  afterValIter: [2, 'runner number x,y tensor'],
  afterValEpoch: [1, 'runner batches'],
  afterVal: [1, 'runner'],
  beforeSaveCheckpoint: [1, 'runner checkpoint'],
  afterTrain: [1, 'runner'],
  beforeTest: [1, 'runner'],
  beforeTestEpoch: [1, 'runner'],
  beforeTestIter: [2, 'runner number x,y'],
  afterTestIter: [2, 'runner number x,y tensor'],
  afterTestEpoch: [1, 'runner batches'],
  afterTest: [1, 'runner'],
  onException: [1, 'runner error val'],
  afterRun: [3, 'runner'],
  beforeEpoch: [4, 'runner train'],
  afterEpoch: [3, 'runner train'],
  beforeIter: [9, 'runner number x,y train'],
  afterIter: [8, 'runner number x,y loss train'],
}

describe('ClosureHook', () => {
  it.each(closurePoints)('calls the function at %s, with the arguments of the point', async (point) => {
    const calls: string[] = []
    const fn = (...args: readonly unknown[]) => {
      calls.push(
        args
          .filter((arg) => arg !== undefined)
          .map(describeArgument)
          .join(' '),
      )
    }
    registerClosure(`record ${point}`, fn)
    const config = JSON.parse(JSON.stringify({ type: 'ClosureHook', point, fn: `record ${point}` }))
    await everyPoint(() => [config])
    const [times, args] = expected[point]
    expect(calls).toHaveLength(times)
    expect(calls[0]).toBe(args)
  })

  it('knows every point of core', () => {
    expect(closurePoints).toEqual(expect.arrayContaining([...hookPoints]))
    expect(closurePoints).toHaveLength(hookPoints.length + 4)
    expect(Object.keys(expected).sort()).toEqual([...closurePoints].sort())
  })

  it('implements no other point', async () => {
    const hook = new ClosureHook({ point: 'afterValEpoch', fn: () => undefined })
    await withRunner({ customHooks: [hook] }, async ({ hooks }) => {
      expect(hookPoints.filter((point) => hooks.has(point))).toEqual(['afterValEpoch'])
    })
  })

  it('takes several closures, in the order of their priorities', async () => {
    const order: string[] = []
    const customHooks: RunnerOptions['customHooks'] = [
      { type: 'ClosureHook', point: 'afterTrainEpoch', fn: () => order.push('second') },
      { type: 'ClosureHook', point: 'afterTrainEpoch', fn: () => order.push('first'), priority: 'HIGH' },
      { type: 'ClosureHook', point: 'afterTrainEpoch', fn: ({ epoch }) => order.push(`epoch ${epoch}`) },
    ]
    await withRunner({ customHooks, trainCfg: { maxEpochs: 1 } }, (runner) => runner.train())
    expect(order).toEqual(['first', 'second', 'epoch 0'])
  })

  it('waits for what a function promises', async () => {
    const order: string[] = []
    const later = async () => {
      await Promise.resolve()
      order.push('closure')
    }
    class Next extends Hook {
      override readonly priority = 'LOW'
      override afterTrainEpoch() {
        order.push('next hook')
      }
    }
    const customHooks = [new ClosureHook({ point: 'afterTrainEpoch', fn: later }), new Next()]
    await withRunner({ customHooks, trainCfg: { maxEpochs: 1 } }, (runner) => runner.train())
    expect(order).toEqual(['closure', 'next hook'])
  })

  it.each(['beforeOptimStep', 'afterOptimStep'] as const)('may not promise anything at %s', async (point) => {
    // The compiler refuses it; JSON has no compiler.
    registerClosure(`later at ${point}`, async () => undefined)
    const config = JSON.parse(JSON.stringify({ type: 'ClosureHook', point, fn: `later at ${point}` }))
    await withRunner({ customHooks: [config] }, (runner) =>
      expect(runner.train()).rejects.toThrow(
        new RegExp(`ClosureHook.*${point}.*do what has to wait in afterTrainIter.*HL_HOOK_`),
      ),
    )
  })

  it('fails as any hook does, named with its point', async () => {
    const fn = () => {
      throw new Error('out of paper')
    }
    const customHooks = [new ClosureHook({ point: 'afterTrainIter', fn })]
    await withRunner({ customHooks }, (runner) =>
      expect(runner.train()).rejects.toThrow(/ClosureHook.*afterTrainIter.*out of paper/),
    )
  })
})

describe('the options of ClosureHook', () => {
  const mistakes = (options: object) => {
    const config = { model: {}, workDir: 'x', customHooks: [{ type: 'ClosureHook', ...options }] }
    try {
      Runner.fromConfig(config)
    } catch (error) {
      if (hasCode(error, 'HL_CONFIG')) return error.message
      throw error
    }
    return ''
  }
  const fn = () => undefined

  it.each([
    [
      { point: 'after_train_iter', fn },
      /customHooks\[0\]\.point: is 'after_train_iter', but must be a hook point\. Did you mean 'afterTrainIter'/,
    ],
    [{ point: 'whenever', fn }, /customHooks\[0\]\.point: .*Points are beforeRun, .*afterIter/],
    [{ fn }, /customHooks\[0\]\.point: is missing; it must be a hook point/],
    [{ point: 'afterRun' }, /customHooks\[0\]\.fn: is missing; it must be a function/],
    [
      { point: 'afterRun', fn: 5 },
      /customHooks\[0\]\.fn: is 5, but must be a function, or a name that registerClosure was given/,
    ],
    [
      { point: 'afterRun', fn: 'sayGodbye' },
      /\.fn: is 'sayGodbye'.*Did you mean 'sayGoodbye'\? Registered: .*sayGoodbye/,
    ],
    [{ fnName: 'afterRun', fn }, /customHooks\[0\]\.fnName: is not an option\. Known: point, fn/],
  ])('refuses %j', (options, message) => {
    registerClosure('sayGoodbye', fn)
    expect(mistakes(options)).toMatch(message)
  })

  it('are checked where a hook is made by hand too', () => {
    expect(() => new ClosureHook(JSON.parse('{ "point": "afterRum", "fn": "x" }'))).toThrow(
      /ClosureHook\.point: is 'afterRum'.*\n.*ClosureHook\.fn/,
    )
  })
})

describe('registerClosure', () => {
  it('takes the same function again, and no other one under its name', () => {
    const greet = () => undefined
    registerClosure('greet', greet)
    expect(() => registerClosure('greet', greet)).not.toThrow()
    expect(() => registerClosure('greet', () => undefined)).toThrow(/'greet'.*HL_NAME_TAKEN/)
  })

  it.each(['', '  '])('refuses the name %j', (name) => {
    expect(() => registerClosure(name, () => undefined)).toThrow(
      /registerClosure: the name is '.*', but must be a text that is not empty, such as .*HL_REGISTRATION/,
    )
  })

  it.each(['5', 'null', '"stop"', '{}'])('refuses %s in the place of the function', (text) => {
    expect(() => registerClosure('nothing to call', JSON.parse(text))).toThrow(
      /registerClosure: 'nothing to call' is .*, but must be a function.*HL_REGISTRATION/,
    )
  })

  it('refuses a name that is no text', () => {
    expect(() => registerClosure(JSON.parse('7'), () => undefined)).toThrow(/the name is 7.*HL_REGISTRATION/)
  })
})
