import '@hookloop/hook-ema'
import '@hookloop/hook-logger'
import '@hookloop/optim'
import { ArrayDataset, BaseModel } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import { type ConfigSource, defineConfig } from './define-config.js'

class Net extends BaseModel {
  forward() {
    return {}
  }
}

const dataset = new ArrayDataset({ x: { values: new Float32Array(4) } })
const whole = {
  model: () => new Net(),
  trainDataloader: { dataset, batchSize: 2 },
  trainCfg: { maxEpochs: 3 },
  optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
} as const

it('completes the hooks that are imported, and knows no others', () => {
  defineConfig({ ...whole, customHooks: [{ type: 'EMAHook', momentum: 0.1 }] })
  defineConfig({ ...whole, defaultHooks: { logger: { interval: 5 } } })
  // @ts-expect-error: EarlyStoppingHook is not imported here
  defineConfig({ ...whole, customHooks: [{ type: 'EarlyStoppingHook', monitor: 'loss' }] })
  // @ts-expect-error: a mistyped option of a hook
  defineConfig({ ...whole, customHooks: [{ type: 'EMAHook', momentun: 0.1 }] })
  // @ts-expect-error: a mistyped option of a default hook
  defineConfig({ ...whole, defaultHooks: { logger: { intervall: 5 } } })
  // @ts-expect-error: a model is missing, and nothing is extended
  defineConfig({ trainCfg: { maxEpochs: 3 } })
})

it('lets a config that extends others say less', () => {
  defineConfig({ extends: './base.ts', trainCfg: { maxEpochs: 5 } })
  defineConfig({ extends: ['./a.ts', './b.ts'], optimWrapper: { optimizer: { lr: 0.2 } } })
  defineConfig({
    extends: './base.ts',
    optimWrapper: { optimizer: { type: 'SGD', lr: 0.2, _delete_: true } },
    valDataloader: undefined,
    testDataloader: null,
  })
  // @ts-expect-error: a mistyped option
  defineConfig({ extends: './base.ts', trainCgf: { maxEpochs: 5 } })
  // @ts-expect-error: a mistyped option further in
  defineConfig({ extends: './base.ts', optimWrapper: { optimizer: { learningRate: 0.2 } } })
  // @ts-expect-error: a path is a text
  defineConfig({ extends: 3, trainCfg: { maxEpochs: 5 } })
})

it('takes functions, which may be asynchronous', () => {
  defineConfig(() => whole)
  defineConfig(async () => ({ ...whole, customHooks: [{ type: 'EMAHook', momentum: 0.1 }] }))
  // @ts-expect-error: a value of another type in what a function returns
  defineConfig(() => ({ ...whole, trainCfg: { maxEpochs: [3] } }))
  expectTypeOf(defineConfig).returns.toEqualTypeOf<ConfigSource>()
})
