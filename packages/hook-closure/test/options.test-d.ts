import type { Gradients, Hook, HookConfig, HookPoints, Metrics, Runner, RunnerOptions } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import { type Closure, ClosureHook, type ClosurePoint, registerClosure } from '../src/index.js'

function stopAtTarget(runner: Runner, metrics: Metrics): void {
  if (Number(metrics['accuracy/top1']) > 0.99) runner.stopTraining()
}

const lines: string[] = []

async function uploadLater(): Promise<void> {}

function maybeLater({ iter }: Runner): void | Promise<void> {
  if (iter > 3) return uploadLater()
}

function greet(): void {}

declare module '../src/index.js' {
  interface Closures {
    stopAtTarget: typeof stopAtTarget
    uploadLater: typeof uploadLater
    greet: typeof greet
  }
}

it('gives a function the arguments of its point', () => {
  const customHooks: RunnerOptions['customHooks'] = [
    {
      type: 'ClosureHook',
      point: 'afterValEpoch',
      fn: (runner, metrics) => {
        expectTypeOf(runner).toEqualTypeOf<Runner>()
        expectTypeOf(metrics).toEqualTypeOf<Metrics>()
      },
    },
    {
      type: 'ClosureHook',
      point: 'beforeOptimStep',
      fn: (_runner, gradients) => use(gradients),
      priority: 'LOW',
    },
    { type: 'ClosureHook', point: 'afterTrainIter', fn: async () => undefined },
  ]
  const use = (gradients: Gradients) => gradients
  const hook = new ClosureHook({ point: 'afterEpoch', fn: (runner, mode) => runner.logger.info(mode) })
  expectTypeOf(customHooks).toExtend<RunnerOptions['customHooks']>()
  expectTypeOf(hook).toExtend<Hook>()
})

it('knows every point, and the arguments of each from core', () => {
  expectTypeOf<Exclude<ClosurePoint, keyof HookPoints>>().toEqualTypeOf<
    'beforeEpoch' | 'afterEpoch' | 'beforeIter' | 'afterIter'
  >()
  expectTypeOf<Parameters<Closure<'afterTestIter'>>>().toEqualTypeOf<HookPoints['afterTestIter']>()
})

it('refuses a function that does not fit its point', () => {
  // @ts-expect-error: metrics come after a validation, not after an iteration
  const wrongPoint: HookConfig = { type: 'ClosureHook', point: 'afterTrainIter', fn: stopAtTarget }
  // @ts-expect-error: this point gives no batch
  const noBatch: HookConfig = { type: 'ClosureHook', point: 'beforeRun', fn: (_runner, batchIdx) => batchIdx }
  // @ts-expect-error: a point that there is not
  const unknownPoint: HookConfig = { type: 'ClosureHook', point: 'afterTrainIters', fn: stopAtTarget }
  // @ts-expect-error: a point belongs to it
  const withoutPoint: HookConfig = { type: 'ClosureHook', fn: stopAtTarget }
  expectTypeOf([wrongPoint, noBatch, unknownPoint, withoutPoint]).toBeArray()
})

it('refuses a promise inside the update of the parameters, and nothing else', () => {
  // @ts-expect-error: nothing waits there
  const asyncBefore: HookConfig = { type: 'ClosureHook', point: 'beforeOptimStep', fn: async () => undefined }
  // @ts-expect-error: nothing waits there
  const asyncAfter: HookConfig = {
    type: 'ClosureHook',
    point: 'afterOptimStep',
    fn: () => Promise.resolve(1),
  }
  // @ts-expect-error: a function that was declared, and that waits
  const named: HookConfig = { type: 'ClosureHook', point: 'afterOptimStep', fn: 'uploadLater' }
  // @ts-expect-error: sometimes a promise
  const sometimes = new ClosureHook({ point: 'afterOptimStep', fn: maybeLater })
  expectTypeOf([asyncBefore, asyncAfter, named, sometimes]).toBeArray()
  const waiting: HookConfig = { type: 'ClosureHook', point: 'afterTrainIter', fn: 'uploadLater' }
  const settled: HookConfig[] = [
    { type: 'ClosureHook', point: 'afterOptimStep', fn: 'greet' },
    { type: 'ClosureHook', point: 'afterOptimStep', fn: () => {} },
    { type: 'ClosureHook', point: 'afterOptimStep', fn: ({ iter }) => lines.push(`${iter}`) },
    { type: 'ClosureHook', point: 'afterOptimStep', fn: ({ iter }) => (iter > 3 ? 'late' : null) },
    { type: 'ClosureHook', point: 'beforeOptimStep', fn: (_runner, gradients) => gradients },
    { type: 'ClosureHook', point: 'beforeOptimStep', fn: (_runner, gradients) => gradients.weight },
    { type: 'ClosureHook', point: 'beforeOptimStep', fn: (runner) => runner },
    { type: 'ClosureHook', point: 'beforeOptimStep', fn: () => lines },
  ]
  expectTypeOf([waiting, ...settled]).toBeArray()
})

it('knows the functions that were declared, and where they fit', () => {
  const named: HookConfig = { type: 'ClosureHook', point: 'afterValEpoch', fn: 'stopAtTarget' }
  // @ts-expect-error: the function of this name does not fit this point
  const wrongPoint: HookConfig = { type: 'ClosureHook', point: 'afterTrainIter', fn: 'stopAtTarget' }
  // @ts-expect-error: a name that was not declared
  const unknown: HookConfig = { type: 'ClosureHook', point: 'afterValEpoch', fn: 'stopAtTargets' }
  expectTypeOf([named, wrongPoint, unknown]).toBeArray()
  registerClosure('stopAtTarget', stopAtTarget)
  registerClosure('another name', (runner: Runner) => runner.stopTraining())
  // @ts-expect-error: not the function that was declared under this name
  registerClosure('stopAtTarget', (runner: Runner, batchIdx: number) => [runner, batchIdx])
})
